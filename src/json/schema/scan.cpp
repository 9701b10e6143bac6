// Reading a document's schemas: every keyword's value against the meta-schema's rules, every `$id`
// and anchor into the tables. Only places that the dialect calls schemas are read as such.
#include <utility>

#include "json/schema/resources.hpp"
#include "json/schema/shapes.hpp"
#include "json/schema/uri.hpp"
#include "json/write.hpp"

namespace rampart::json {

// Recursion is bounded by the parser's depth limit.
void Resources::scan(Node schema, ResourceId resource, std::string const& pointer) {
  if (schema.as_bool()) return;
  if (!schema.is_object()) return problem_.add(pointer, "must be a schema: an object or a boolean");
  if (sites_.contains(schema.raw())) return;
  bool is_07 = resources_[resource].dialect.draft == Draft::v07;
  bool only_reference = is_07 && schema.find("$ref");  // its siblings are ignored, $id too
  auto id = only_reference ? std::nullopt : schema.find("$id");
  if (id && id->is_string()) resource = identify(schema, *id->as_string(), resource, pointer);
  sites_.emplace(schema.raw(), Site{resource, pointer});
  by_pointer_.emplace(std::pair(schema.raw()[0], pointer), schema);
  Dialect dialect = resources_[resource].dialect;
  for (auto [name, value] : schema.members()) {
    Keyword const* keyword = find_keyword(name, dialect);
    if (keyword == nullptr || (only_reference && keyword->key != Key::ref)) continue;
    if (auto rule = broken_shape(keyword->shape, value)) {
      problem_.add(pointer, quoted(name) + " " + std::string(*rule));
      continue;
    }
    if (keyword->key == Key::anchor || keyword->key == Key::dynamic_anchor) {
      std::string_view plain_name = *value.as_string();
      anchor(resource, plain_name, schema, pointer);
      if (keyword->key == Key::dynamic_anchor)
        resources_[resource].dynamic_anchors.emplace(plain_name, schema);
    }
    scan_children(*keyword, value, resource, step(pointer, name));
  }
}

void Resources::scan_children(Keyword const& keyword, Node value, ResourceId resource,
                              std::string const& pointer) {
  bool one = keyword.shape == Shape::schema;
  bool list = keyword.shape == Shape::schemas;
  if (keyword.shape == Shape::schema_or_schemas) (value.is_array() ? list : one) = true;
  if (one) return scan(value, resource, pointer);
  if (list) {
    std::size_t index = 0;
    for (Node item : value.items()) scan(item, resource, step(pointer, index++));
  }
  if (keyword.shape != Shape::schema_map && keyword.shape != Shape::dependencies) return;
  for (auto [key, member] : value.members()) {
    bool names = keyword.shape == Shape::dependencies && member.is_array();
    if (!names) scan(member, resource, step(pointer, key));
  }
}

// The resource that the schema belongs to: a new one unless its $id is only a fragment.
ResourceId Resources::identify(Node schema, std::string_view id, ResourceId within,
                               std::string const& pointer) {
  auto [uri, fragment] = split_fragment(id);
  bool is_07 = resources_[within].dialect.draft == Draft::v07;
  if (!fragment.empty() && !is_07) problem_.add(pointer, "\"$id\" must not have a fragment");
  bool is_root = resources_[within].root.raw() == schema.raw();
  ResourceId resource = within;
  if (!uri.empty()) {
    std::string absolute = resolve_uri(resources_[within].uri, uri);
    if (is_root) {
      resources_[within].uri = absolute;
    } else {
      auto dialect = dialect_of(schema, resources_[within].dialect, pointer);
      resource = static_cast<ResourceId>(resources_.size());
      resources_.push_back(
          Resource{absolute, schema, dialect.value_or(resources_[within].dialect), {}, {}});
    }
    auto [known, added] = by_uri_.emplace(absolute, resource);
    if (!added && known->second != resource)
      problem_.add(pointer, "another schema has the \"$id\" " + quoted(id));
  }
  if (!fragment.empty()) anchor(resource, fragment, schema, pointer);
  return resource;
}

void Resources::anchor(ResourceId resource, std::string_view name, Node schema,
                       std::string const& pointer) {
  auto [known, added] = resources_[resource].anchors.emplace(name, schema);
  if (!added && known->second.raw() != schema.raw())
    problem_.add(pointer, "another schema has the anchor " + quoted(name));
}

std::optional<Dialect> Resources::dialect_of(Node root, Dialect inherited,
                                             std::string const& pointer) {
  auto declared = root.find("$schema");
  if (!declared) return inherited;
  auto uri = declared->as_string();
  if (!uri) {
    problem_.add(pointer, "\"$schema\" must be a string");
    return std::nullopt;
  }
  if (auto official = official_dialect(*uri)) return official;
  return custom_dialect(*uri, pointer);
}

// A registered meta-schema for 2020-12 that turns vocabularies on and off.
std::optional<Dialect> Resources::custom_dialect(std::string_view uri, std::string const& pointer) {
  auto unsupported = [&](std::string const& why) {
    problem_.add(pointer, "unsupported JSON Schema dialect " + quoted(uri) + why +
                              "; supported are 2020-12 and draft-07");
    return std::nullopt;
  };
  auto text = documents_.find(split_fragment(uri).uri);
  if (!text) return unsupported("");
  auto document = Document::parse_copy(*text);
  if (!document) return unsupported(" (not JSON)");
  Node root = document->root();
  auto own = root.find("$schema");
  auto base = own && own->is_string() ? official_dialect(*own->as_string()) : std::nullopt;
  if (!base) return unsupported(" (its own dialect is not one of these)");
  auto vocabulary = root.find("$vocabulary");
  if (base->draft == Draft::v07 || !vocabulary) return base;
  auto dialect = dialect_of_vocabularies(*vocabulary);
  if (!dialect) return unsupported(" (" + dialect.error().message + ")");
  return *dialect;
}

}  // namespace rampart::json
