// The options an author may give to one field, and the compile-time refusal of those that do not
// fit the member's type. Part of rampart/fields.hpp.
#pragma once
#include <concepts>
#include <cstddef>
#include <limits>
#include <string_view>
#include <type_traits>

namespace rampart {
namespace detail {

/// One end of a Range; left out, that end is open. Holds every 64-bit integer and double exactly.
class Bound {
 public:
  constexpr Bound() = default;
  template <class N>
    requires std::integral<N> || std::floating_point<N>
  constexpr Bound(N value) : value_(value), set_(true) {}  // NOLINT: Range{1, 7} reads best
  constexpr bool set() const { return set_; }
  constexpr long double value() const { return value_; }

 private:
  static_assert(std::numeric_limits<long double>::digits >= 64);
  long double value_ = 0;
  bool set_ = false;
};

}  // namespace detail

inline constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

/// Both ends are allowed values: Range{1, 7}, Range{0}, Range{.max = 0.5}. Like Length, Pattern and
/// Format it reaches through optionals, lists and maps to the values they hold.
struct Range {
  detail::Bound min{}, max{};
};
/// Characters (Unicode code points) of a string.
struct Length {
  std::size_t min = 0, max = no_limit;
};
/// Items of a vector or members of a map.
struct Items {
  std::size_t min = 0, max = no_limit;
};
/// ECMA-262 regular expression, not anchored; checked by the schema, not by decode().
struct Pattern {
  std::string_view regex;
};
/// JSON Schema `format`, for example "uri" or "email": a hint to the caller.
struct Format {
  std::string_view name;
};
/// Asks HTTP clients to repeat the value in the header Mcp-Param-<name> (`x-mcp-header`), so that
/// proxies can route on it. Strings, enums, integers and booleans only; never a secret.
struct Header {
  std::string_view name;
};
/// A name for people.
struct Title {
  std::string_view text;
};
/// The JSON name, where it cannot be the member's name: Name{"content-type"}.
struct Name {
  std::string_view text;
};

}  // namespace rampart
