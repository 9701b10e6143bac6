// The names of an enum's values without a macro. One template gets every candidate value as an
// argument; the compiler prints those that have a name by name: `Unit::celsius, (Unit)2, ...`. One
// instantiation per enum keeps this cheap (about 10 ms).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rampart {

/// One value of an enum and its JSON name, where the enumerator's own name will not do. Found by
/// argument-dependent lookup in the enum's namespace, and used instead of the enumerators:
///   constexpr auto enum_names(State) {
///     return std::array{rampart::EnumName{State::in_progress, "in-progress"}, ...};
///   }
struct EnumName {
  template <class E>
    requires std::is_enum_v<E>
  constexpr EnumName(E v, std::string_view n) : value(static_cast<std::int64_t>(v)), name(n) {}
  constexpr EnumName() = default;

  std::int64_t value = 0;
  std::string_view name;
};

namespace detail {

/// Enumerators are looked for from -16 (0 if unsigned) to 255.
template <class E>
struct EnumRange {
  using Value = std::underlying_type_t<E>;
  static constexpr int first = !std::is_signed_v<Value> ? 0 : -16;
  static constexpr int last = std::numeric_limits<Value>::max() < 255
                                  ? static_cast<int>(std::numeric_limits<Value>::max())
                                  : 255;
  static constexpr std::size_t count = static_cast<std::size_t>(last - first + 1);
};

template <class E>
concept HasOwnNames = requires { enum_names(E{}); };
/// Values outside the enumerators are only values of E when the underlying type is fixed.
template <class E>
concept FixedEnum = requires { E{0}; };

template <auto... Value>
constexpr std::string_view printed_values() {
  return __PRETTY_FUNCTION__;
}
template <class E, int... Offset>
constexpr std::string_view printed_values_of(std::integer_sequence<int, Offset...>) {
  return printed_values<static_cast<E>(EnumRange<E>::first + Offset)...>();
}

/// The item's name, or nothing for `(Unit)2`. `(anonymous namespace)::Unit::a` has a name too.
constexpr std::string_view enumerator_in(std::string_view item) {
  if (item.front() == '(') {
    std::size_t close = 0;
    for (int depth = 0; close < item.size(); ++close) {
      if (item[close] == '(') ++depth;
      if (item[close] == ')' && --depth == 0) break;
    }
    if (close + 1 >= item.size() || item[close + 1] != ':') return {};
  }
  return item.substr(item.rfind(':') + 1);
}

/// `... Value = <a, b>]` (clang) or `... Value = {a, b}; ...]` (g++), split at its outer commas.
template <std::size_t Count>
constexpr std::array<std::string_view, Count> split_values(std::string_view text) {
  std::array<std::string_view, Count> names{};
  std::size_t begin = text.find("Value = ") + sizeof("Value = ");
  int depth = 0;
  std::size_t index = 0;
  for (std::size_t at = begin; index < Count; ++at) {
    char const c = text[at];
    if (depth == 0 && (c == ',' || c == '>' || c == '}')) {
      names[index++] = enumerator_in(text.substr(begin, at - begin));
      begin = at + 2;
      at += 1;
    } else if (c == '<' || c == '(' || c == '{') {
      ++depth;
    } else if (c == '>' || c == ')' || c == '}') {
      --depth;
    }
  }
  return names;
}

/// Every candidate value of E in order; values without an enumerator have an empty name.
template <class E>
inline constexpr auto candidates = split_values<EnumRange<E>::count>(
    printed_values_of<E>(std::make_integer_sequence<int, static_cast<int>(EnumRange<E>::count)>{}));

template <class E>
constexpr std::size_t count_enumerators() {
  std::size_t named = 0;
  for (auto name : candidates<E>) named += name.empty() ? 0 : 1;
  return named;
}

template <class E>
constexpr auto find_enumerators() {
  constexpr std::size_t count = count_enumerators<E>();
  static_assert(count > 0,
                "rampart: the enum has no enumerator between -16 and 255; give its namespace a "
                "`constexpr auto enum_names(E)`");
  std::array<EnumName, count> names{};
  std::size_t next = 0;
  for (std::size_t i = 0; i < candidates<E>.size(); ++i) {
    if (candidates<E>[i].empty()) continue;
    names[next].value = EnumRange<E>::first + static_cast<int>(i);
    names[next++].name = candidates<E>[i];
  }
  return names;
}

template <class E>
constexpr auto names_of() {
  if constexpr (HasOwnNames<E>) {
    return enum_names(E{});
  } else {
    static_assert(
        FixedEnum<E>,
        "rampart: write `enum class E` (or `enum E : int`), so that its names can be read, "
        "or give its namespace a `constexpr auto enum_names(E)`");
    if constexpr (FixedEnum<E>) {
      return find_enumerators<E>();
    } else {
      return std::array<EnumName, 1>{};
    }
  }
}

}  // namespace detail
}  // namespace rampart
