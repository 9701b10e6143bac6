// JSON Schema, decoding and encoding of described structs (rampart/fields.hpp) and of what they may
// hold: bool, integers, float, double, std::string, enums, std::optional, std::vector, std::array,
// std::map<std::string, T>, nested described structs (also recursive ones), and Json for any value.
#pragma once
#include <string>
#include <string_view>
#include <type_traits>

#include "rampart/detail/type_info.hpp"
#include "rampart/fields.hpp"
#include "rampart/json.hpp"

namespace rampart {

/// How decode() treats a JSON string where a number, boolean or enum is due.
enum class Strings {
  strict,   ///< it is an error
  convert,  ///< "3" is 3 and "true" is true: prompt arguments arrive as strings only
};

/// A struct whose members are all scalars, enums or lists of enums: what a form shown to the user
/// may ask for (MCP elicitation allows no nesting).
template <class T>
concept Flat = Described<T> && [] {
  for (auto const& field : T::fields.items)
    if (!field.flat) return false;
  return true;
}();

namespace detail {

enum class SchemaUse {
  value,    ///< tool input or output
  wrapped,  ///< {"result": value}, for eras whose structured output must be an object
  form,     ///< elicitation's requestedSchema: plain types, no additionalProperties
};
std::string schema(TypeInfo const& type, SchemaUse use);
Result<void> decode(TypeInfo const& type, Node node, void* out, std::string_view path,
                    Strings strings);
void encode(TypeInfo const& type, void const* value, std::string& out);

}  // namespace detail

/// JSON Schema 2020-12 of T, as minified text. Members in the order of fields(); keys in the order
/// type, properties, required, additionalProperties.
template <class T>
std::string schema_of() {
  return detail::schema(detail::type_of<T>(), detail::SchemaUse::value);
}

/// True when T's JSON is an object, as every tool's input and legacy structured output must be.
template <class T>
bool is_object_type() {
  auto const kind = detail::type_of<T>().kind;
  return kind == detail::Kind::object || kind == detail::Kind::map;
}

/// The schema of {"result": T}: how a non-object result travels before MCP 2026-07-28.
template <class T>
std::string wrapped_schema_of() {
  return detail::schema(detail::type_of<T>(), detail::SchemaUse::wrapped);
}

/// The schema of a form that the user fills in (MCP elicitation `requestedSchema`).
template <class T>
std::string form_schema_of() {
  static_assert(Flat<T>, "rampart: a form may hold only scalars, enums and lists of enums");
  return detail::schema(detail::type_of<T>(), detail::SchemaUse::form);
}

/// Reads a T. Checks types, required and unknown members, ranges, lengths and counts by itself, so
/// it is safe without schema validation; only Pattern and Format are left to the schema.
/// Errors: invalid_params with the path and the rule, "days: must be between 1 and 7", "city: is
/// missing"; `path` is put before the path inside T.
template <class T>
Result<T> decode(Node node, std::string path = {}, Strings strings = Strings::strict) {
  static_assert(std::is_default_constructible_v<T>,
                "rampart: a type that is decoded needs a default constructor");
  T value{};
  if (auto done = detail::decode(detail::type_of<T>(), node, &value, path, strings); !done)
    return Failure(std::move(done).error());
  return value;
}

/// Appends `value` as minified JSON. An enum value without a name is a defect: std::logic_error.
template <class T>
void encode(T const& value, std::string& out) {
  detail::encode(detail::type_of<T>(), &value, out);
}

template <class T>
std::string encode(T const& value) {
  std::string out;
  encode(value, out);
  return out;
}

}  // namespace rampart
