// The sentences of decode errors, "days: must be between 1 and 7", and the path in front of them.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "rampart/codec.hpp"

namespace rampart::detail {

/// Bytes of a name sent by the peer that an error message repeats.
inline constexpr std::size_t max_quoted_name = 64;

/// Where a value stands: a chain through the frames that lead to it, written out only on an error.
struct Path {
  Path const* up = nullptr;
  std::string_view name;  ///< empty: an item of a list
  std::size_t index = 0;

  /// `place.tags[2].name`
  std::string text() const;
};

std::string range_rule(long double min, bool has_min, long double max, bool has_max);
std::string length_rule(Length length);
std::string count_rule(Items items, bool members);
std::string names_rule(TypeInfo const& type);
/// What members the struct has, for the peer that sent another.
std::string unknown_rule(TypeInfo const& type);

}  // namespace rampart::detail
