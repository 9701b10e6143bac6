#include "json/schema/shapes.hpp"

#include <algorithm>
#include <vector>

#include "json/schema/number.hpp"
#include "json/schema/type_set.hpp"

namespace rampart::json {
namespace {
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_count(Node value) {
  auto number = Number::of(value);
  return number && number->is_integer() && *number >= Number::of_double(0);
}

bool is_positive(Node value) {
  auto number = Number::of(value);
  return number && *number > Number::of_double(0);
}

// An array of strings that differ.
bool is_names(Node value) {
  if (!value.is_array()) return false;
  std::vector<std::string_view> names;
  for (Node item : value.items()) {
    if (!item.is_string()) return false;
    names.push_back(*item.as_string());
  }
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) == names.end();
}

bool is_types(Node value) {
  if (auto name = value.as_string()) return type_named(*name).has_value();
  if (!is_names(value) || value.size() == 0) return false;
  for (Node item : value.items())
    if (!type_named(*item.as_string())) return false;
  return true;
}

bool is_plain_name(Node value) {
  auto name = value.as_string();
  if (!name || name->empty() || !(is_letter(name->front()) || name->front() == '_')) return false;
  return std::ranges::all_of(*name, [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

template <class Predicate>
bool is_map_of(Node value, Predicate holds) {
  if (!value.is_object()) return false;
  for (auto [key, member] : value.members())
    if (!holds(member)) return false;
  return true;
}

std::optional<std::string_view> unless(bool holds, std::string_view rule) {
  if (holds) return std::nullopt;
  return rule;
}
}  // namespace

std::optional<std::string_view> broken_shape(Shape shape, Node value) {
  switch (shape) {
    case Shape::any:
    case Shape::schema:  // checked when the subschema is read
      return std::nullopt;
    case Shape::string:
      return unless(value.is_string(), "must be a string");
    case Shape::boolean:
      return unless(value.as_bool().has_value(), "must be true or false");
    case Shape::array:
      return unless(value.is_array(), "must be an array");
    case Shape::number:
      return unless(value.is_number(), "must be a number");
    case Shape::positive_number:
      return unless(is_positive(value), "must be a number greater than 0");
    case Shape::count:
      return unless(is_count(value), "must be an integer that is not negative");
    case Shape::names:
      return unless(is_names(value), "must be an array of different strings");
    case Shape::types:
      return unless(is_types(value), "must be a type, or a non-empty array of different types");
    case Shape::name_lists:
      return unless(is_map_of(value, is_names), "must be an object of arrays of different strings");
    case Shape::vocabularies:
      return unless(is_map_of(value, [](Node v) { return v.as_bool().has_value(); }),
                    "must be an object of booleans");
    case Shape::plain_name:
      return unless(is_plain_name(value),
                    "must be a name: a letter or _, then letters, digits, - _ .");
    case Shape::schemas:
      return unless(value.is_array() && value.size() > 0, "must be a non-empty array of schemas");
    case Shape::schema_or_schemas:
      return std::nullopt;  // an empty array is allowed here
    case Shape::schema_map:
      return unless(value.is_object(), "must be an object of schemas");
    case Shape::dependencies:
      return unless(is_map_of(value, [](Node v) { return !v.is_array() || is_names(v); }),
                    "must be an object of schemas and of arrays of different strings");
  }
  return std::nullopt;
}

}  // namespace rampart::json
