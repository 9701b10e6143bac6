#include "json/schema/type_set.hpp"

#include <array>
#include <cmath>

namespace rampart::json {
namespace {
enum : TypeSet {
  null_bit = 1,
  boolean_bit = 2,
  integer_bit = 4,
  number_bit = 8,
  string_bit = 16,
  array_bit = 32,
  object_bit = 64,
};
struct Row {
  std::string_view name;
  TypeSet bit;
  std::string_view phrase;
};
// In the order in which a message lists them.
constexpr std::array<Row, 7> rows{{{"string", string_bit, "a string"},
                                   {"number", number_bit, "a number"},
                                   {"integer", integer_bit, "an integer"},
                                   {"boolean", boolean_bit, "a boolean"},
                                   {"array", array_bit, "an array"},
                                   {"object", object_bit, "an object"},
                                   {"null", null_bit, "null"}}};

bool is_integral(double value) { return std::trunc(value) == value; }
}  // namespace

std::optional<TypeSet> type_named(std::string_view name) {
  for (Row const& row : rows)
    if (row.name == name) return row.bit;
  return std::nullopt;
}

TypeSet types_of(Node node, Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return null_bit;
    case Node::Kind::boolean:
      return boolean_bit;
    case Node::Kind::integer:
    case Node::Kind::unsigned_integer:
      return integer_bit | number_bit;
    case Node::Kind::number:
      return is_integral(*node.as_double()) ? integer_bit | number_bit : number_bit;
    case Node::Kind::string:
      return string_bit;
    case Node::Kind::array:
      return array_bit;
    case Node::Kind::object:
      return object_bit;
  }
  return 0;
}

std::string describe(TypeSet types) {
  std::string out;
  if ((types & number_bit) != 0) types &= static_cast<TypeSet>(~integer_bit);
  for (Row const& row : rows) {
    if ((row.bit & types) == 0) continue;
    types &= static_cast<TypeSet>(~row.bit);
    if (!out.empty()) out += types == 0 ? " or " : ", ";
    out += row.phrase;
  }
  return out;
}

std::string_view describe(Node node) {
  TypeSet types = types_of(node, node.kind());
  if (types == number_bit) return "a number with a fraction";
  for (Row const& row : rows)
    if ((row.bit & types) != 0) return row.phrase;
  return "";
}

}  // namespace rampart::json
