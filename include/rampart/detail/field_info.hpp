// What fields() keeps of each member. Plain constants and two function pointers, so that schema,
// decode and encode are ordinary functions over them (src/json/codec_*.cpp) and not templates.
#pragma once
#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include "rampart/detail/field_name.hpp"
#include "rampart/detail/field_options.hpp"
#include "rampart/detail/type_traits.hpp"

namespace rampart::detail {

struct TypeInfo;
template <class T>
TypeInfo const& type_of();

/// Fields of one struct.
inline constexpr std::size_t max_fields = 128;

struct Limits {
  Range range{};
  Length length{};
  Items items{};
  std::string_view pattern{}, format{};
};

struct FieldInfo {
  std::string_view name, doc, title, header;
  Limits limits;
  bool required = false;
  bool flat = false;  ///< a scalar or a list of enum values: allowed in a form for the user
  TypeInfo const& (*type)() = nullptr;
  void* (*address)(void* object) = nullptr;
};

/// Keeps the struct's type until fields() has checked it.
template <class Owner>
struct Field {
  FieldInfo info;
  constexpr operator FieldInfo() const { return info; }  // NOLINT: into FieldList's array
};

template <class Owner, std::size_t Count>
struct FieldList {
  std::array<FieldInfo, Count> items;
};
template <class T>
inline constexpr bool is_field_list = false;
template <class Owner, std::size_t Count>
inline constexpr bool is_field_list<FieldList<Owner, Count>> = true;
template <class T, class List>
inline constexpr bool lists_members_of = false;
template <class T, std::size_t Count>
inline constexpr bool lists_members_of<T, FieldList<T, Count>> = true;
template <class T>
inline constexpr bool lists_members_of<T, FieldList<void, 0>> = true;

// Not constexpr on purpose: reaching one of them while a description is evaluated stops the
// compiler, and its name is the message.
void rampart_two_fields_have_the_same_name();
void rampart_two_fields_have_the_same_header();
void rampart_a_header_must_be_a_token();
void rampart_the_lower_limit_is_above_the_upper_one();

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool same_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}
constexpr void check_names(FieldInfo const* field, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = i + 1; k < count; ++k) {
      if (field[i].name == field[k].name) rampart_two_fields_have_the_same_name();
      if (!field[i].header.empty() && same_ignoring_case(field[i].header, field[k].header))
        rampart_two_fields_have_the_same_header();
    }
  }
}
/// RFC 9110 token, as a header's name must be.
constexpr bool is_token(std::string_view text) {
  for (char c : text) {
    bool const letter = lower(c) >= 'a' && lower(c) <= 'z';
    bool const digit = c >= '0' && c <= '9';
    if (!letter && !digit && std::string_view("!#$%&'*+-.^_`|~").find(c) == std::string_view::npos)
      return false;
  }
  return !text.empty();
}

template <class Member>
constexpr void apply(FieldInfo& field, Range range) {
  using L = Leaf<Member>;
  static_assert(Integer<L> || Real<L>,
                "rampart: Range limits numbers; write Length for a string, Items for a list");
  if (range.min.set() && range.max.set() && range.min.value() > range.max.value())
    rampart_the_lower_limit_is_above_the_upper_one();
  field.limits.range = range;
}
template <class Member>
constexpr void apply(FieldInfo& field, Length length) {
  static_assert(std::same_as<Leaf<Member>, std::string>,
                "rampart: Length limits strings; write Range for a number, Items for a list");
  if (length.min > length.max) rampart_the_lower_limit_is_above_the_upper_one();
  field.limits.length = length;
}
template <class Member>
constexpr void apply(FieldInfo& field, Items items) {
  using Container = Holds<WithoutOptional<Member>>;
  static_assert(Container::list || Container::map,
                "rampart: Items limits a std::vector or std::map");
  if (items.min > items.max) rampart_the_lower_limit_is_above_the_upper_one();
  field.limits.items = items;
}
template <class Member>
constexpr void apply(FieldInfo& field, Pattern pattern) {
  static_assert(std::same_as<Leaf<Member>, std::string>, "rampart: Pattern is for strings");
  field.limits.pattern = pattern.regex;
}
template <class Member>
constexpr void apply(FieldInfo& field, Format format) {
  static_assert(std::same_as<Leaf<Member>, std::string>, "rampart: Format is for strings");
  field.limits.format = format.name;
}
template <class Member>
constexpr void apply(FieldInfo& field, Header header) {
  using M = WithoutOptional<Member>;
  static_assert(
      Integer<M> || std::same_as<M, bool> || std::same_as<M, std::string> || std::is_enum_v<M>,
      "rampart: Header is for strings, enums, integers and booleans");
  if (!is_token(header.name)) rampart_a_header_must_be_a_token();
  field.header = header.name;
}
template <class Member>
constexpr void apply(FieldInfo& field, Title title) {
  field.title = title.text;
}
template <class Member>
constexpr void apply(FieldInfo& field, Name name) {
  field.name = name.text;
}

template <class Member>
constexpr bool is_flat() {
  using M = WithoutOptional<Member>;
  if constexpr (Holds<M>::list) return std::is_enum_v<typename Holds<M>::Item>;
  return std::is_arithmetic_v<M> || std::is_enum_v<M> || std::same_as<M, std::string>;
}

template <auto Member>
void* address_of(void* object) {
  return &(static_cast<OwnerOf<Member>*>(object)->*Member);
}

template <auto Member, class... Option>
constexpr auto make_field(bool required, std::string_view doc, Option... option) {
  using Value = ValueOf<Member>;
  static_assert(!std::is_function_v<Value>, "rampart: a field is a data member, not a function");
  static_assert(!std::is_const_v<Value>, "rampart: a const member cannot be decoded into");
  Field<OwnerOf<Member>> field;
  field.info.name = member_name<Member>();
  field.info.doc = doc;
  field.info.required = required;
  field.info.flat = is_flat<Value>();
  field.info.type = &type_of<Value>;
  field.info.address = &address_of<Member>;
  (apply<Value>(field.info, option), ...);
  return field;
}

}  // namespace rampart::detail
