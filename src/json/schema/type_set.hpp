// The seven types of `type` as a bit set.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rampart/json.hpp"

namespace rampart::json {

using TypeSet = std::uint8_t;
inline constexpr TypeSet all_types = 0x7F;

/// The bit of a type's name.
std::optional<TypeSet> type_named(std::string_view name);
/// Every type that the value has: 1 and 1.0 are both integer and number.
TypeSet types_of(Node node, Node::Kind kind);
/// "a string or null"
std::string describe(TypeSet types);
/// "a string", as a value that was not wanted.
std::string_view describe(Node node);

}  // namespace rampart::json
