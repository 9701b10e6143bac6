// Node's getters: each asks the simdjson element that the node carries.
#include <cmath>

#include "json/node_text.hpp"
#include "json/raw.hpp"

namespace rampart {
namespace {
using json::element_of;
using json::from_raw;
using json::node_of;
using json::to_raw;
namespace dom = simdjson::dom;

// simdjson counts members and items only up to this.
constexpr std::size_t counted_up_to = 0xFFFFFF;

template <class T>
std::optional<T> get(Node node) {
  T value;
  if (element_of(node).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

template <class Container>
std::size_t count(Container const& container) {
  std::size_t known = container.size();
  if (known < counted_up_to) return known;
  std::size_t counted = 0;
  for (auto it = container.begin(); it != container.end(); ++it) ++counted;
  return counted;
}

// Bounds of the integer types as doubles: 2^63 and 2^64 are exact, their predecessors are not.
constexpr double two_63 = 9223372036854775808.0;
constexpr double two_64 = 18446744073709551616.0;
}  // namespace

Node::Kind Node::kind() const {
  switch (element_of(*this).type()) {
    case dom::element_type::ARRAY:
      return Kind::array;
    case dom::element_type::OBJECT:
      return Kind::object;
    case dom::element_type::INT64:
      return Kind::integer;
    case dom::element_type::UINT64:
      return Kind::unsigned_integer;
    case dom::element_type::DOUBLE:
      return Kind::number;
    case dom::element_type::STRING:
      return Kind::string;
    case dom::element_type::BOOL:
      return Kind::boolean;
    default:
      return Kind::null;
  }
}

bool Node::is_number() const {
  Kind k = kind();
  return k == Kind::integer || k == Kind::unsigned_integer || k == Kind::number;
}

std::optional<bool> Node::as_bool() const { return get<bool>(*this); }
std::optional<double> Node::as_double() const { return get<double>(*this); }
std::optional<std::string_view> Node::as_string() const { return get<std::string_view>(*this); }

std::optional<std::int64_t> Node::as_int64() const {
  if (kind() != Kind::number) return get<std::int64_t>(*this);
  double value = *as_double();
  if (!(value >= -two_63 && value < two_63) || std::trunc(value) != value) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<std::uint64_t> Node::as_uint64() const {
  if (kind() != Kind::number) return get<std::uint64_t>(*this);
  double value = *as_double();
  if (!(value >= 0 && value < two_64) || std::trunc(value) != value) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

std::optional<Node> Node::find(std::string_view key) const {
  dom::object object;
  if (element_of(*this).get(object) != simdjson::SUCCESS) return std::nullopt;
  dom::element value;
  if (object.at_key(key).get(value) != simdjson::SUCCESS) return std::nullopt;
  return node_of(value);
}

std::size_t Node::size() const {
  if (auto object = get<dom::object>(*this)) return count(*object);
  if (auto array = get<dom::array>(*this)) return count(*array);
  return 0;
}

Node::Members Node::members() const {
  auto object = get<dom::object>(*this);
  if (!object) return Members(Raw{}, Raw{});
  return Members(to_raw(object->begin()), to_raw(object->end()));
}

Node::Items Node::items() const {
  auto array = get<dom::array>(*this);
  if (!array) return Items(Raw{}, Raw{});
  return Items(to_raw(array->begin()), to_raw(array->end()));
}

std::string Node::text() const {
  std::string out;
  json::append_node(out, *this);
  return out;
}

Node::Members::iterator::value_type Node::Members::iterator::operator*() const {
  auto it = from_raw<dom::object::iterator>(at_);
  return {it.key(), node_of(it.value())};
}

Node::Members::iterator& Node::Members::iterator::operator++() {
  auto it = from_raw<dom::object::iterator>(at_);
  at_ = to_raw(++it);
  return *this;
}

Node Node::Items::iterator::operator*() const {
  return node_of(*from_raw<dom::array::iterator>(at_));
}

Node::Items::iterator& Node::Items::iterator::operator++() {
  auto it = from_raw<dom::array::iterator>(at_);
  at_ = to_raw(++it);
  return *this;
}

}  // namespace rampart
