// Whether a struct has more members than its description names: an aggregate with N members cannot
// be initialised from N + 1 values.
#pragma once
#include <cstddef>
#include <type_traits>
#include <utility>

namespace rampart::detail {

/// Stands for a value of any type; never evaluated.
struct Anything {
  template <class T>
  operator T() const;  // NOLINT: implicit on purpose
};
template <std::size_t>
using AnythingAt = Anything;

template <class T, std::size_t... Index>
constexpr bool takes(std::index_sequence<Index...>) {
  return requires { T{AnythingAt<Index>{}...}; };
}

/// A class with constructors cannot be counted and passes.
template <class T, std::size_t Listed>
constexpr bool has_unlisted_member() {
  if constexpr (std::is_aggregate_v<T>) return takes<T>(std::make_index_sequence<Listed + 1>{});
  return false;
}

}  // namespace rampart::detail
