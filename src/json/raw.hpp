// How a Node carries a simdjson element without naming it: both are a document and an index, and
// are copied bit by bit. Only this module's files that read a parsed document include this.
#pragma once
#include <simdjson.h>

#include <bit>
#include <type_traits>

#include "rampart/json.hpp"

namespace rampart::json {

template <class T>
inline constexpr bool fits_raw = sizeof(T) == sizeof(Node::Raw) && std::is_trivially_copyable_v<T>;
static_assert(fits_raw<simdjson::dom::element>, "this simdjson's elements need another Node::Raw");
static_assert(fits_raw<simdjson::dom::object::iterator> && fits_raw<simdjson::dom::array::iterator>,
              "this simdjson's iterators need another Node::Raw");

template <class T>
T from_raw(Node::Raw raw) {
  return std::bit_cast<T>(raw);
}
template <class T>
Node::Raw to_raw(T const& value) {
  return std::bit_cast<Node::Raw>(value);
}
inline simdjson::dom::element element_of(Node node) {
  return from_raw<simdjson::dom::element>(node.raw());
}
inline Node node_of(simdjson::dom::element element) { return Node(to_raw(element)); }

}  // namespace rampart::json
