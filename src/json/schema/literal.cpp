#include "json/schema/literal.hpp"

#include <algorithm>
#include <functional>

namespace rampart::json {
namespace {
bool is_number(Node::Kind kind) {
  return kind == Node::Kind::integer || kind == Node::Kind::unsigned_integer ||
         kind == Node::Kind::number;
}
}  // namespace

Literal::Literal(Node node) : kind_(node.kind()) {
  boolean_ = node.as_bool().value_or(false);
  number_ = Number::of(node);
  string_ = node.as_string().value_or("");
  for (Node item : node.items()) items_.emplace_back(item);
  for (auto [key, value] : node.members()) members_.emplace_back(key, Literal(value));
}

std::optional<std::string_view> Literal::as_string() const {
  if (kind_ != Node::Kind::string) return std::nullopt;
  return string_;
}

bool Literal::equals(Node node) const {
  Node::Kind kind = node.kind();
  if (is_number(kind_)) return is_number(kind) && *Number::of(node) == *number_;
  if (kind != kind_) return false;
  switch (kind) {
    case Node::Kind::boolean:
      return *node.as_bool() == boolean_;
    case Node::Kind::string:
      return *node.as_string() == string_;
    case Node::Kind::array: {
      if (node.size() != items_.size()) return false;
      auto item = node.items().begin();
      for (Literal const& own : items_) {
        if (!own.equals(*item)) return false;
        ++item;
      }
      return true;
    }
    case Node::Kind::object:
      return node.size() == members_.size() &&
             std::ranges::all_of(members_, [node](auto const& member) {
               auto value = node.find(member.first);
               return value && member.second.equals(*value);
             });
    default:
      return true;  // null
  }
}

bool equal(Node a, Node b, std::int64_t& steps) {
  if (--steps < 0) return false;
  Node::Kind kind = a.kind();
  if (is_number(kind)) {
    auto other = Number::of(b);
    return other && *Number::of(a) == *other;
  }
  if (kind != b.kind()) return false;
  switch (kind) {
    case Node::Kind::boolean:
      return *a.as_bool() == *b.as_bool();
    case Node::Kind::string:
      return *a.as_string() == *b.as_string();
    case Node::Kind::array: {
      if (a.size() != b.size()) return false;
      auto other = b.items().begin();
      for (Node item : a.items()) {
        if (!equal(item, *other, steps)) return false;
        ++other;
      }
      return true;
    }
    case Node::Kind::object: {
      std::size_t size = a.size();
      if (size != b.size()) return false;
      for (auto [key, value] : a.members()) {
        steps -= static_cast<std::int64_t>(size);  // find() walks the members
        auto other = b.find(key);
        if (!other || !equal(value, *other, steps)) return false;
      }
      return true;
    }
    default:
      return true;  // null
  }
}

std::size_t hash_of(Node node) {
  constexpr std::size_t odd = 0x9E3779B97F4A7C15U;
  auto kind = static_cast<std::size_t>(node.kind());
  if (auto number = Number::of(node)) return number->hash() * odd;
  if (auto text = node.as_string()) return std::hash<std::string_view>()(*text);
  if (auto boolean = node.as_bool()) return kind + (*boolean ? odd : 0);
  std::size_t hash = kind;
  for (Node item : node.items()) hash = hash * 31 + hash_of(item);
  // A sum, for members have no order.
  for (auto [key, value] : node.members())
    hash += (std::hash<std::string_view>()(key) ^ (hash_of(value) * odd)) * odd;
  return hash;
}

}  // namespace rampart::json
