#include "json/schema/keywords.hpp"

#include <algorithm>

namespace rampart::json {
namespace {
constexpr std::uint8_t v07 = static_cast<std::uint8_t>(Draft::v07);
constexpr std::uint8_t v2020 = static_cast<std::uint8_t>(Draft::v2020_12);
constexpr std::uint8_t both = v07 | v2020;
using enum Vocabulary;

// Sorted by name; a name with another shape in the other draft has two rows. `definitions` and
// `dependencies` are kept alive by the 2020-12 meta-schema, and schemas in the wild use them.
constexpr Keyword keywords[] = {
    {"$anchor", Key::anchor, Shape::plain_name, v2020, core},
    {"$comment", Key::annotation, Shape::string, both, core},
    {"$defs", Key::definitions, Shape::schema_map, v2020, core},
    {"$dynamicAnchor", Key::dynamic_anchor, Shape::plain_name, v2020, core},
    {"$dynamicRef", Key::dynamic_ref, Shape::string, v2020, core},
    {"$id", Key::id, Shape::string, both, core},
    {"$ref", Key::ref, Shape::string, both, core},
    {"$schema", Key::annotation, Shape::string, both, core},
    {"$vocabulary", Key::annotation, Shape::vocabularies, v2020, core},
    {"additionalItems", Key::additional_items, Shape::schema, v07, applicator},
    {"additionalProperties", Key::additional_properties, Shape::schema, both, applicator},
    {"allOf", Key::all_of, Shape::schemas, both, applicator},
    {"anyOf", Key::any_of, Shape::schemas, both, applicator},
    {"const", Key::const_, Shape::any, both, validation},
    {"contains", Key::contains, Shape::schema, both, applicator},
    {"contentEncoding", Key::annotation, Shape::string, both, annotation},
    {"contentMediaType", Key::annotation, Shape::string, both, annotation},
    {"contentSchema", Key::annotation, Shape::schema, v2020, annotation},
    {"definitions", Key::definitions, Shape::schema_map, both, core},
    {"dependencies", Key::dependencies, Shape::dependencies, both, applicator},
    {"dependentRequired", Key::dependent_required, Shape::name_lists, v2020, validation},
    {"dependentSchemas", Key::dependent_schemas, Shape::schema_map, v2020, applicator},
    {"deprecated", Key::annotation, Shape::boolean, v2020, annotation},
    {"description", Key::annotation, Shape::string, both, annotation},
    {"else", Key::else_, Shape::schema, both, applicator},
    {"enum", Key::enum_, Shape::array, both, validation},
    {"examples", Key::annotation, Shape::array, both, annotation},
    {"exclusiveMaximum", Key::exclusive_maximum, Shape::number, both, validation},
    {"exclusiveMinimum", Key::exclusive_minimum, Shape::number, both, validation},
    {"format", Key::annotation, Shape::string, both, annotation},
    {"if", Key::if_, Shape::schema, both, applicator},
    {"items", Key::items, Shape::schema_or_schemas, v07, applicator},
    {"items", Key::items, Shape::schema, v2020, applicator},
    {"maxContains", Key::max_contains, Shape::count, v2020, validation},
    {"maxItems", Key::max_items, Shape::count, both, validation},
    {"maxLength", Key::max_length, Shape::count, both, validation},
    {"maxProperties", Key::max_properties, Shape::count, both, validation},
    {"maximum", Key::maximum, Shape::number, both, validation},
    {"minContains", Key::min_contains, Shape::count, v2020, validation},
    {"minItems", Key::min_items, Shape::count, both, validation},
    {"minLength", Key::min_length, Shape::count, both, validation},
    {"minProperties", Key::min_properties, Shape::count, both, validation},
    {"minimum", Key::minimum, Shape::number, both, validation},
    {"multipleOf", Key::multiple_of, Shape::positive_number, both, validation},
    {"not", Key::not_, Shape::schema, both, applicator},
    {"oneOf", Key::one_of, Shape::schemas, both, applicator},
    {"pattern", Key::pattern, Shape::string, both, validation},
    {"patternProperties", Key::pattern_properties, Shape::schema_map, both, applicator},
    {"prefixItems", Key::prefix_items, Shape::schemas, v2020, applicator},
    {"properties", Key::properties, Shape::schema_map, both, applicator},
    {"propertyNames", Key::property_names, Shape::schema, both, applicator},
    {"readOnly", Key::annotation, Shape::boolean, both, annotation},
    {"required", Key::required, Shape::names, both, validation},
    {"then", Key::then, Shape::schema, both, applicator},
    {"title", Key::annotation, Shape::string, both, annotation},
    {"type", Key::type, Shape::types, both, validation},
    {"unevaluatedItems", Key::unevaluated_items, Shape::schema, v2020, unevaluated},
    {"unevaluatedProperties", Key::unevaluated_properties, Shape::schema, v2020, unevaluated},
    {"uniqueItems", Key::unique_items, Shape::boolean, both, validation},
    {"writeOnly", Key::annotation, Shape::boolean, both, annotation},
};
static_assert(std::ranges::is_sorted(keywords, {}, &Keyword::name));
}  // namespace

Keyword const* find_keyword(std::string_view name, Dialect dialect) {
  auto rows = std::ranges::equal_range(keywords, name, {}, &Keyword::name);
  for (Keyword const& row : rows) {
    bool in_draft = (row.drafts & static_cast<std::uint8_t>(dialect.draft)) != 0;
    if (in_draft && dialect.has(row.vocabulary)) return &row;
  }
  return nullptr;
}

}  // namespace rampart::json
