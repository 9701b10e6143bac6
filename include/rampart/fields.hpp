// How an author describes a struct once, so that names, docs, limits, JSON Schema, decoding and
// encoding all follow from it:
//
//   struct Query {
//     std::string city;
//     int days = 3;
//     static constexpr auto fields = rampart::fields(
//         rampart::required<&Query::city>("City name, for example Oslo", rampart::Length{1, 100}),
//         rampart::optional<&Query::days>("How many days ahead", rampart::Range{1, 7}));
//   };
#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <limits>
#include <string_view>
#include <type_traits>

#include "rampart/detail/field_info.hpp"
#include "rampart/detail/field_name.hpp"
#include "rampart/detail/field_options.hpp"

namespace rampart {

/// A member that a caller must give. The JSON name is the member's own name.
/// Options: Range, Length, Items, Pattern, Format, Header, Title, Name.
template <auto Member, class... Option>
constexpr auto required(std::string_view doc, Option... option) {
  return detail::make_field<Member>(true, doc, option...);
}

/// A member that a caller may leave out; it then keeps the value it has in a T{}, which the schema
/// shows as `default`. An empty std::optional is left out when encoded.
template <auto Member, class... Option>
constexpr auto optional(std::string_view doc, Option... option) {
  return detail::make_field<Member>(false, doc, option...);
}

/// The description of a struct without members: a tool that takes no arguments.
constexpr detail::FieldList<void, 0> fields() { return {}; }

/// The description of a struct: every member, exactly once, in the order the schema shows.
template <class First, class... Rest>
constexpr auto fields(detail::Field<First> first, detail::Field<Rest>... rest) {
  static_assert((std::same_as<First, Rest> && ...),
                "rampart: fields() must list members of one struct only");
  static_assert(sizeof...(Rest) < detail::max_fields, "rampart: a struct has at most 128 fields");
  detail::FieldList<First, 1 + sizeof...(Rest)> list{{first, rest...}};
  detail::check_names(list.items.data(), list.items.size());
  return list;
}

/// A struct with `static constexpr auto fields = rampart::fields(...);`
template <class T>
concept Described = detail::is_field_list<std::remove_cvref_t<decltype(T::fields)>>;

}  // namespace rampart
