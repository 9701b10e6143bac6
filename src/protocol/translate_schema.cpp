#include "protocol/translate_schema.hpp"

#include "json/write.hpp"
#include "protocol/translate_members.hpp"

namespace rampart::protocol {
namespace {

constexpr std::string_view new_place = "#/properties/result";

/// Copies a schema, changing keywords on the way. It knows where schemas stand and where mere data
/// does: a property called "$ref" and a default with such a member are left alone.
class SchemaCopier {
 public:
  enum class Change { move_references, drop_mirrors };
  explicit SchemaCopier(Change change) : change_(change) {}

  std::string schema(std::string_view text, bool root = false) const {
    if (is_array_text(text)) return items(text);
    auto const members = is_object_text(text) ? json::slice_valid_object(text) : no_object();
    if (!members) return std::string(text);
    bool const own_base = has_own_base(*members);
    if (own_base && change_ == Change::move_references) return std::string(text);
    MemberWriter out;
    for (auto const& [key, value] : members->members()) keyword(out, key, value, root);
    return std::move(out).object();
  }

 private:
  static Result<json::Slices> no_object() { return fail(Errc::invalid_request, ""); }

  // An $id makes a schema the root of its own references; draft-07's "#name" only names it.
  static bool has_own_base(json::Slices const& members) {
    auto const id = members.find("$id");
    auto const text = id ? json::string_of(*id) : std::nullopt;
    return text && !text->empty() && !text->starts_with('#');
  }

  void keyword(MemberWriter& out, std::string_view key, std::string_view value, bool root) const {
    bool const moving = change_ == Change::move_references;
    if (moving && root && key == "$schema") return;  // belongs to the root of the whole
    if (!moving && key == "x-mcp-header") return;
    if (moving && is_one_of(key, {"$ref", "$dynamicRef", "$recursiveRef"})) {
      auto const target = json::string_of(value);
      if (target && (*target == "#" || target->starts_with("#/"))) {
        out.text(key, std::string(new_place) + target->substr(1));
        return;
      }
    }
    if (is_one_of(key, {"properties", "patternProperties", "$defs", "definitions",
                        "dependentSchemas", "dependencies"}) &&
        is_object_text(value)) {
      out.raw(key, named_schemas(value));
    } else if (is_one_of(key, {"enum", "const", "default", "examples"})) {
      out.raw(key, value);
    } else {
      out.raw(key, schema(value));
    }
  }

  std::string named_schemas(std::string_view object) const {
    auto const members = json::slice_valid_object(object);
    if (!members) return std::string(object);
    MemberWriter out;
    for (auto const& [name, value] : members->members()) out.raw(name, schema(value));
    return std::move(out).object();
  }

  std::string items(std::string_view array) const {
    std::string out = "[";
    each_item(array, [&](std::string_view item) {
      if (out.size() > 1) out += ',';
      out += schema(item);
    });
    return out + "]";
  }

  Change change_;
};

}  // namespace

bool describes_object(std::string_view schema) {
  if (!is_object_text(schema)) return false;
  auto const members = json::slice_valid_object(schema);
  return members && text_member(*members, "type") == "object";
}

std::string wrapped_output_schema(std::string_view schema) {
  std::string out = "{";
  if (auto const members = json::slice_valid_object(schema)) {
    if (auto const dialect = members->find("$schema")) {
      out += R"("$schema":)";
      out += *dialect;
      out += ',';
    }
  }
  out += R"("type":"object","properties":{"result":)";
  out += SchemaCopier(SchemaCopier::Change::move_references).schema(schema, true);
  return out + R"(},"required":["result"]})";
}

std::string without_mirrored_params(std::string_view schema) {
  return SchemaCopier(SchemaCopier::Change::drop_mirrors).schema(schema, true);
}

}  // namespace rampart::protocol
