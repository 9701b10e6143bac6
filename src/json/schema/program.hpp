// A schema as the validator runs it: a graph of subschemas, immutable once compiled. Everything in
// it is owned by the Program; pointers between subschemas stay valid because a deque does not move
// them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "json/pattern.hpp"
#include "json/schema/literal.hpp"
#include "json/schema/name_table.hpp"
#include "json/schema/number.hpp"
#include "json/schema/type_set.hpp"

namespace rampart::json {

struct Subschema;
/// Number of a schema resource (a schema with a URI of its own) within one compilation.
using ResourceId = std::uint32_t;
inline constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

/// `const` and `enum`.
struct ValueRule {
  NameTable<bool> strings;
  std::vector<Literal> others;
  std::string_view keyword;
  std::string allowed;  // as a message shows it
};

struct NumberRules {
  std::optional<Number> minimum, maximum, exclusive_minimum, exclusive_maximum;
  std::optional<Divisor> multiple_of;
};

struct StringRules {
  std::size_t min_length = 0, max_length = unbounded;  // code points
  Pattern const* pattern = nullptr;
};

struct ArrayRules {
  std::vector<Subschema const*> prefix;
  Subschema const* rest = nullptr;  // items behind the prefix
  Subschema const* contains = nullptr;
  std::size_t min_contains = 1, max_contains = unbounded;
  std::size_t min_items = 0, max_items = unbounded;
  bool unique = false;
};

struct Property {
  Subschema const* schema = nullptr;  // null: only required
  std::uint64_t required = 0;         // its bit among the first 64 required names
};
struct PatternProperty {
  Pattern const* pattern;  // null: could not be compiled, taken to match every name
  Subschema const* schema;
};
struct Dependency {
  std::string when;
  std::vector<std::string> required;
  Subschema const* schema = nullptr;
};
struct ObjectRules {
  NameTable<Property> properties;
  std::vector<PatternProperty> patterns;
  Subschema const* additional = nullptr;
  Subschema const* names = nullptr;
  std::size_t min_properties = 0, max_properties = unbounded;
  std::vector<std::string> required;
  std::uint64_t required_bits = 0;
  std::vector<Dependency> dependencies;
  std::string known;  // names of properties, as a message shows them
};

/// What applies other schemas to the same value.
struct Combination {
  std::vector<Subschema const*> all_of, any_of, one_of;
  Subschema const* not_ = nullptr;
  Subschema const* if_ = nullptr;
  Subschema const* then = nullptr;
  Subschema const* else_ = nullptr;
};

/// A $dynamicRef whose target depends on the resources that were entered on the way to it: the
/// outermost of them that has the anchor wins.
struct DynamicReference {
  std::string anchor;
  std::vector<std::pair<ResourceId, Subschema const*>> candidates;
};

struct Unevaluated {
  Subschema const* items = nullptr;
  Subschema const* properties = nullptr;
};

struct Subschema {
  enum class Verdict : std::uint8_t { by_rules, accept, reject };
  Verdict verdict = Verdict::by_rules;
  TypeSet types = all_types;
  ResourceId resource = 0;
  std::vector<Subschema const*> references;  // $ref, and $dynamicRef where it is static
  std::unique_ptr<DynamicReference> dynamic;
  std::vector<ValueRule> values;
  std::unique_ptr<NumberRules> number;
  std::unique_ptr<StringRules> string;
  std::unique_ptr<ArrayRules> array;
  std::unique_ptr<ObjectRules> object;
  std::unique_ptr<Combination> combined;
  std::unique_ptr<Unevaluated> unevaluated;
};

struct Program {
  std::deque<Subschema> subschemas;
  std::deque<Pattern> patterns;
  Subschema const* root = nullptr;
  bool has_dynamic = false;  // some DynamicReference exists, so scopes are worth tracking
  std::vector<std::string> skipped;
};

}  // namespace rampart::json
