#include "protocol/translate_descriptor.hpp"

#include "protocol/translate_content.hpp"
#include "protocol/translate_members.hpp"
#include "protocol/translate_schema.hpp"

namespace rampart::protocol {
namespace {

// The members of each kind that every revision knows, besides its name.
bool always_known(DescriptorKind kind, std::string_view key) {
  switch (kind) {
    case DescriptorKind::tool:
      return is_one_of(key, {"description", "inputSchema"});
    case DescriptorKind::resource:
      return is_one_of(key, {"uri", "description", "mimeType", "size", "annotations"});
    case DescriptorKind::resource_template:
      return is_one_of(key, {"uriTemplate", "description", "mimeType", "annotations"});
    case DescriptorKind::prompt:
      return is_one_of(key, {"description", "arguments"});
  }
  return false;
}

// Members that no table knows may mean something to a new client; an old one gets none of them.
bool knows(Version client, DescriptorKind kind, std::string_view key) {
  if (always_known(kind, key)) return true;
  if (key == "title" || key == "_meta") return has_titles(client);
  if (key == "outputSchema") return has_structured_content(client);
  if (key == "annotations") return has_annotations(client);
  if (key == "icons") return has_icons(client);
  if (key == "execution") return false;  // tasks do not pass a gateway
  return client >= Version::v2025_11_25;
}

/// A schema without any type is one of an object; clients refuse a whole list over a missing one.
std::string with_object_type(std::string_view schema, json::Slices const& members) {
  if (members.find("type")) return std::string(schema);
  std::string out = R"({"type":"object")";
  if (!members.members().empty()) out += ',';
  return out += schema.substr(1);
}

void append_prompt_arguments(std::string& out, std::string_view array, Version client) {
  if (has_titles(client) || !is_array_text(array)) {
    out += array;
    return;
  }
  out += '[';
  each_item(array, [&](std::string_view item) {
    if (out.back() != '[') out += ',';
    auto const members = json::slice_valid_object(item);
    if (!members) {
      out += item;
      return;
    }
    MemberWriter writer;
    for (auto const& [key, value] : members->members())
      if (key != "title") writer.raw(key, value);
    out += std::move(writer).object();
  });
  out += ']';
}

class DescriptorTranslator {
 public:
  DescriptorTranslator(json::Slices const& members, DescriptorTranslation const& how)
      : members_(members), how_(how) {}

  Result<Descriptor> run() {
    out_.name = text_member(members_, "name");
    out_.title = text_member(members_, "title");
    out_.description = text_member(members_, "description");
    out_.mime_type = text_member(members_, "mimeType");
    if (auto ok = check_name(); !ok) return Failure(ok.error());
    if (auto ok = read_uri(); !ok) return Failure(ok.error());
    if (how_.kind == DescriptorKind::tool)
      if (auto ok = read_tool(); !ok) return Failure(ok.error());
    read_arguments();
    for (auto const version : all_versions)
      out_.described[static_cast<std::size_t>(version)] = render(version);
    return std::move(out_);
  }

 private:
  Result<void> check_name() const {
    if (out_.name.empty()) return bad_upstream("an entry of a list has no name");
    if (out_.name.size() > max_descriptor_name)
      return bad_upstream("a name in a list is longer than " + std::to_string(max_descriptor_name) +
                          " bytes");
    return {};
  }

  Result<void> read_uri() {
    bool const resource = how_.kind == DescriptorKind::resource;
    if (!resource && how_.kind != DescriptorKind::resource_template) return {};
    out_.uri = text_member(members_, resource ? "uri" : "uriTemplate");
    if (out_.uri.empty() || out_.uri.size() > max_descriptor_name)
      return bad_upstream("resource \"" + out_.name + "\" has no URI of at most " +
                          std::to_string(max_descriptor_name) + " bytes");
    return {};
  }

  Result<void> read_tool() {
    auto const schema = members_.find("inputSchema");
    if (!schema || !is_object_text(*schema))
      return bad_upstream("tool \"" + out_.name + "\" has no input schema");
    auto const input = slice_upstream(*schema, "the input schema of tool \"" + out_.name + "\"");
    if (!input) return Failure(input.error());
    if (input->find("type") && text_member(*input, "type") != "object")
      return bad_upstream("tool \"" + out_.name + "\": its input schema describes no object");
    out_.input_schema = with_object_type(*schema, *input);
    if (how_.drop_mirrored) out_.input_schema = without_mirrored_params(out_.input_schema);
    read_output_schema();
    if (auto const hints = members_.find("annotations"); hints && is_object_text(*hints)) {
      if (auto const slices = json::slice_valid_object(*hints)) {
        out_.read_only = true_member(*slices, "readOnlyHint");
        out_.idempotent = true_member(*slices, "idempotentHint");
      }
    }
    return {};
  }

  void read_output_schema() {
    auto const schema = members_.find("outputSchema");
    if (!schema || *schema == "null") return;
    out_.output_schema = *schema;
    out_.output_wrapped = !describes_object(*schema);
    if (out_.output_wrapped) wrapped_ = wrapped_output_schema(*schema);
  }

  void read_arguments() {
    auto const list = members_.find("arguments");
    if (how_.kind != DescriptorKind::prompt || !list) return;
    each_item(*list, [&](std::string_view item) {
      if (auto const members = json::slice_valid_object(item))
        out_.arguments.push_back(text_member(*members, "name"));
    });
  }

  std::string render(Version client) const {
    MemberWriter writer;
    writer.text("name",
                how_.exposed_name.empty() ? std::string_view(out_.name) : how_.exposed_name);
    for (auto const& [key, value] : members_.members()) {
      // null is how some servers write that there is none; no revision allows it here.
      if (key == "name" || value == "null" || !knows(client, how_.kind, key)) continue;
      append_member(writer.begin(key), key, value, client);
    }
    return std::move(writer).object();
  }

  void append_member(std::string& to, std::string_view key, std::string_view value,
                     Version client) const {
    bool const tool = how_.kind == DescriptorKind::tool;
    if (tool && key == "inputSchema") {
      to += out_.input_schema;
    } else if (tool && key == "outputSchema") {
      to += is_modern(client) || !out_.output_wrapped ? out_.output_schema : wrapped_;
    } else if (!tool && key == "annotations") {
      append_translated_annotations(to, value, client);
    } else if (how_.kind == DescriptorKind::prompt && key == "arguments") {
      append_prompt_arguments(to, value, client);
    } else {
      to += value;
    }
  }

  json::Slices const& members_;
  DescriptorTranslation const& how_;
  std::string wrapped_;  // the output schema for clients before 2026-07-28
  Descriptor out_;
};

}  // namespace

Result<Descriptor> translate_descriptor(std::string_view raw, DescriptorTranslation const& how) {
  auto const members = slice_upstream(raw, "an entry of a list");
  if (!members) return Failure(members.error());
  return DescriptorTranslator(*members, how).run();
}

}  // namespace rampart::protocol
