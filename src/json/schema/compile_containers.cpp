// The keywords of arrays and objects.
#include <utility>

#include "json/schema/compiler.hpp"
#include "json/schema/report.hpp"
#include "json/write.hpp"

namespace rampart::json {
namespace {
constexpr std::size_t required_bits = 64;  // of Property::required
}  // namespace

bool Compiler::array_keyword(Work& work, Key key, Node value) {
  switch (key) {
    case Key::prefix_items:
      made(work.out.array).prefix = list(value);
      return true;
    case Key::items:
      items(work, value);
      return true;
    case Key::additional_items: {
      auto before = sibling(work, "items");
      if (before && before->is_array())
        made(work.out.array).rest = subschema(value);
      else
        subschema(value);  // has no effect, but must be right
      return true;
    }
    case Key::contains:
      contains(work, value);
      return true;
    case Key::min_items:
      made(work.out.array).min_items = count_of(value);
      return true;
    case Key::max_items:
      made(work.out.array).max_items = count_of(value);
      return true;
    case Key::unique_items:
      if (*value.as_bool()) made(work.out.array).unique = true;
      return true;
    default:
      return false;
  }
}

void Compiler::items(Work& work, Node value) {
  if (value.is_array()) {
    made(work.out.array).prefix = list(value);
  } else {
    made(work.out.array).rest = subschema(value);
  }
}

void Compiler::contains(Work& work, Node value) {
  ArrayRules& rules = made(work.out.array);
  rules.contains = subschema(value);
  if (auto count = sibling(work, "minContains")) rules.min_contains = count_of(*count);
  if (auto count = sibling(work, "maxContains")) rules.max_contains = count_of(*count);
}

bool Compiler::object_keyword(Work& work, Key key, Node value) {
  auto& object = work.out.object;
  switch (key) {
    case Key::properties:
      properties(work, value);
      return true;
    case Key::pattern_properties:
      pattern_properties(work, value);
      return true;
    case Key::additional_properties:
      made(object).additional = subschema(value);
      return true;
    case Key::property_names:
      made(object).names = subschema(value);
      return true;
    case Key::min_properties:
      made(object).min_properties = count_of(value);
      return true;
    case Key::max_properties:
      made(object).max_properties = count_of(value);
      return true;
    case Key::required:
      for (Node name : value.items()) made(object).required.emplace_back(*name.as_string());
      return true;
    case Key::dependencies:
    case Key::dependent_required:
    case Key::dependent_schemas:
      for (auto [when, then] : value.members()) dependency(work, when, then);
      return true;
    default:
      return false;
  }
}

void Compiler::properties(Work& work, Node value) {
  made(work.out.object);
  for (auto [name, schema] : value.members()) {
    work.properties[std::string(name)].schema = subschema(schema);
    work.known.push_back(name);
  }
}

void Compiler::pattern_properties(Work& work, Node value) {
  std::string place = step(work.site.pointer, std::string_view("patternProperties"));
  for (auto [source, schema] : value.members()) {
    Pattern const* compiled = pattern(source, step(place, source));
    Subschema const* applied = subschema(schema);
    made(work.out.object).patterns.push_back({compiled, compiled == nullptr ? accept_ : applied});
  }
}

void Compiler::dependency(Work& work, std::string_view when, Node value) {
  Dependency& rule = made(work.out.object).dependencies.emplace_back();
  rule.when = when;
  for (Node name : value.items()) rule.required.emplace_back(*name.as_string());
  if (!value.is_array()) rule.schema = subschema(value);
}

void Compiler::finish_properties(Work& work) {
  if (!work.out.object) return;
  ObjectRules& rules = *work.out.object;
  for (std::size_t i = 0; i < rules.required.size() && i < required_bits; ++i) {
    std::uint64_t bit = std::uint64_t{1} << i;
    work.properties[rules.required[i]].required = bit;
    rules.required_bits |= bit;
  }
  rules.properties = NameTable<Property>(work.properties);
  Listing known;
  for (std::string_view name : work.known) known.add(quoted(name));
  rules.known = known.text();
}

}  // namespace rampart::json
