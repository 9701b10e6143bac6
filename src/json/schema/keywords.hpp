// Every keyword of both dialects: what its value must look like and where subschemas are in it.
#pragma once
#include <cstdint>
#include <string_view>

#include "json/schema/dialect.hpp"

namespace rampart::json {

enum class Key : std::uint8_t {
  additional_items,
  additional_properties,
  all_of,
  anchor,
  annotation,  // nothing to compile
  any_of,
  const_,
  contains,
  definitions,
  dependencies,
  dependent_required,
  dependent_schemas,
  dynamic_anchor,
  dynamic_ref,
  else_,
  enum_,
  exclusive_maximum,
  exclusive_minimum,
  id,
  if_,
  items,
  max_contains,
  max_items,
  max_length,
  max_properties,
  maximum,
  min_contains,
  min_items,
  min_length,
  min_properties,
  minimum,
  multiple_of,
  not_,
  one_of,
  pattern,
  pattern_properties,
  prefix_items,
  properties,
  property_names,
  ref,
  required,
  then,
  type,
  unevaluated_items,
  unevaluated_properties,
  unique_items,
};

/// What the meta-schema asks of a keyword's value.
enum class Shape : std::uint8_t {
  any,
  string,
  boolean,
  array,
  number,
  positive_number,
  count,         // an integer from 0
  names,         // an array of different strings
  types,         // a type or a non-empty array of different ones
  name_lists,    // an object of `names`
  vocabularies,  // an object of booleans
  plain_name,    // a string as $anchor wants it
  schema,
  schemas,            // a non-empty array of them
  schema_or_schemas,  // draft-07's items
  schema_map,         // an object of them
  dependencies,       // an object of schemas or `names`
};

struct Keyword {
  std::string_view name;
  Key key;
  Shape shape;
  std::uint8_t drafts;
  Vocabulary vocabulary;
};

/// nullptr for what is no keyword in this dialect: it is ignored, and no schema is looked for in
/// it.
Keyword const* find_keyword(std::string_view name, Dialect dialect);

}  // namespace rampart::json
