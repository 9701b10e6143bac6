#include "client/schema_types.hpp"

#include <charconv>
#include <vector>

namespace rampart::client {
namespace {

constexpr int max_depth = 16;  // references may go round in a circle

constexpr Accepted everything{true, true, true, true, true, true, true};

void add_type(Accepted& to, std::string_view type) {
  if (type == "string") to.text = true;
  if (type == "number") to.number = to.integer = true;
  if (type == "integer") to.integer = true;
  if (type == "boolean") to.boolean = true;
  if (type == "null") to.null = true;
  if (type == "array") to.array = true;
  if (type == "object") to.object = true;
}

void add_value(Accepted& to, Node value) {
  switch (value.kind()) {
    case Node::Kind::string:
      return add_type(to, "string");
    case Node::Kind::boolean:
      return add_type(to, "boolean");
    case Node::Kind::null:
      return add_type(to, "null");
    case Node::Kind::array:
      return add_type(to, "array");
    case Node::Kind::object:
      return add_type(to, "object");
    default:
      return add_type(to, "number");
  }
}

Accepted both(Accepted const& a, Accepted const& b) {
  return {a.text && b.text, a.number && b.number, a.integer && b.integer, a.boolean && b.boolean,
          a.null && b.null, a.array && b.array,   a.object && b.object};
}
Accepted either(Accepted const& a, Accepted const& b) {
  return {a.text || b.text, a.number || b.number, a.integer || b.integer, a.boolean || b.boolean,
          a.null || b.null, a.array || b.array,   a.object || b.object};
}

std::optional<Node> step(Node from, std::string_view token) {
  std::string key;
  for (std::size_t i = 0; i < token.size(); ++i) {
    bool const escape = token[i] == '~' && i + 1 < token.size();
    key += escape ? (token[++i] == '0' ? '~' : '/') : token[i];
  }
  if (!from.is_array()) return from.find(key);
  std::size_t index = 0;
  std::from_chars(key.data(), key.data() + key.size(), index);
  for (Node const item : from.items())
    if (index-- == 0) return item;
  return std::nullopt;
}

std::optional<Node> find_pointer(std::string_view reference, Node root) {
  if (!reference.starts_with('#')) return std::nullopt;
  reference.remove_prefix(1);
  std::optional<Node> at = root;
  while (at && !reference.empty()) {
    reference.remove_prefix(1);
    auto const end = std::min(reference.find('/'), reference.size());
    at = step(*at, reference.substr(0, end));
    reference.remove_prefix(end);
  }
  return at;
}

Accepted accepted(Node schema, Node root, int depth) {
  if (depth == 0 || !schema.is_object()) return everything;
  schema = resolved(schema, root);
  Accepted out = everything;
  if (auto const type = schema.find("type")) {
    Accepted named;
    if (auto const one = type->as_string()) add_type(named, *one);
    for (Node const each : type->items()) add_type(named, each.as_string().value_or(""));
    out = both(out, named);
  }
  if (auto const values = schema.find("enum")) {
    Accepted named;
    for (Node const value : values->items()) add_value(named, value);
    out = both(out, named);
  }
  if (auto const value = schema.find("const")) {
    Accepted named;
    add_value(named, *value);
    out = both(out, named);
  }
  for (std::string_view const keyword : {"anyOf", "oneOf"})
    if (auto const branches = schema.find(keyword)) {
      Accepted any;
      for (Node const branch : branches->items())
        any = either(any, accepted(branch, root, depth - 1));
      out = both(out, any);
    }
  if (auto const parts = schema.find("allOf"))
    for (Node const part : parts->items()) out = both(out, accepted(part, root, depth - 1));
  return out;
}

}  // namespace

Node resolved(Node schema, Node root) {
  for (int depth = 0; depth < max_depth; ++depth) {
    auto const reference = schema.find("$ref");
    auto const target =
        reference ? find_pointer(reference->as_string().value_or(""), root) : std::nullopt;
    if (!target) break;
    schema = *target;
  }
  return schema;
}

Accepted accepted(Node schema, Node root) { return accepted(schema, root, max_depth); }

std::string Accepted::words() const {
  std::vector<std::string_view> kinds;
  if (text) kinds.push_back("text");
  if (number) kinds.push_back("a number");
  if (integer && !number) kinds.push_back("a whole number");
  if (boolean) kinds.push_back("true or false");
  if (array) kinds.push_back("a JSON array");
  if (object) kinds.push_back("a JSON object");
  if (null) kinds.push_back("null");
  std::string out;
  for (auto const kind : kinds) out.append(out.empty() ? "" : ", or ").append(kind);
  return out;
}

std::string Accepted::placeholder() const {
  if (anything()) return "VALUE";
  if (text) return "TEXT";
  if (number) return "NUMBER";
  if (integer) return "INTEGER";
  if (boolean) return "true|false";
  return "JSON";
}

}  // namespace rampart::client
