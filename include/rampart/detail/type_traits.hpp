// Which of the C++ types that have a JSON form a type is, and what it holds.
#pragma once
#include <array>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "rampart/json.hpp"

namespace rampart::detail {

// bool and the character types are integral to C++, but no numbers to an author.
template <class T>
concept Character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                    std::same_as<T, char16_t> || std::same_as<T, char32_t>;
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !Character<T> && sizeof(T) <= 8;
template <class T>
concept Real = std::same_as<T, float> || std::same_as<T, double>;

/// `Item` is what the container holds; a type that is no container holds itself.
template <class T>
struct Holds {
  using Item = T;
  static constexpr bool optional = false, list = false, fixed = false, map = false;
};
template <class T>
struct Holds<std::optional<T>> : Holds<void> {
  using Item = T;
  static constexpr bool optional = true;
};
template <class T>
struct Holds<std::vector<T>> : Holds<void> {
  using Item = T;
  static constexpr bool list = true;
};
template <class T, std::size_t N>
struct Holds<std::array<T, N>> : Holds<void> {
  using Item = T;
  static constexpr bool fixed = true;
};
template <class T>
struct Holds<std::map<std::string, T>> : Holds<void> {
  using Item = T;
  static constexpr bool map = true;
};
template <class T>
inline constexpr bool is_container =
    Holds<T>::optional || Holds<T>::list || Holds<T>::fixed || Holds<T>::map;

/// T without one std::optional around it.
template <class T>
using WithoutOptional = std::conditional_t<Holds<T>::optional, typename Holds<T>::Item, T>;

/// The scalar or struct at the bottom of optionals, lists and maps: what Range and Length limit.
template <class T, bool = is_container<T>>
struct LeafOf {
  using type = T;
};
template <class T>
struct LeafOf<T, true> : LeafOf<typename Holds<T>::Item> {};
template <class T>
using Leaf = typename LeafOf<T>::type;

}  // namespace rampart::detail
