// The name of a member, read from its pointer: required<&Query::city> needs no string "city".
// g++ and clang print a template argument in __PRETTY_FUNCTION__; its last identifier is the name.
#pragma once
#include <string_view>
#include <type_traits>

namespace rampart::detail {

template <auto Member>
constexpr std::string_view printed_member() {
  return __PRETTY_FUNCTION__;
}

/// `[Member = &a::Query::city]` (clang) or `[with auto Member = &a::Query::city; std::...]` (g++).
template <auto Member>
constexpr std::string_view member_name() {
  std::string_view text = printed_member<Member>();
  text.remove_prefix(text.find("Member = "));
  text = text.substr(0, text.find_first_of(";]"));
  return text.substr(text.rfind(':') + 1);
}

template <class>
struct MemberPointer;
template <class Owner_, class Value_>
struct MemberPointer<Value_ Owner_::*> {
  using Owner = Owner_;
  using Value = Value_;
};
template <auto Member>
using OwnerOf = typename MemberPointer<std::remove_const_t<decltype(Member)>>::Owner;
template <auto Member>
using ValueOf = typename MemberPointer<std::remove_const_t<decltype(Member)>>::Value;

}  // namespace rampart::detail
