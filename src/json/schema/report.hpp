// How violations are worded: quoting that cannot spill much, listings that stay short, paths.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "rampart/json.hpp"

namespace rampart::json {

/// Longest piece of a schema or of a member's name that a message quotes (bytes).
inline constexpr std::size_t max_quoted = 40;
/// Most values or names that a message lists.
inline constexpr std::size_t max_listed = 10;

/// `text` cut to max_quoted at a character's boundary, with "..." where something is missing.
std::string shown(std::string_view text);

/// `a, b, c` and, when there are more than max_listed, `... (25 in all)`.
class Listing {
 public:
  void add(std::string_view item);
  std::string text() const;

 private:
  std::string text_;
  std::size_t count_ = 0;
};

/// One step from a value to a value inside it. Frames live on the validator's stack.
struct PathFrame {
  PathFrame const* parent;
  std::string_view key;
  std::size_t index;
  bool is_index;
};
/// `items[2].name`; a name that is no plain word stands as `["a b"]`.
std::string path_text(PathFrame const* innermost);

/// The value of a keyword such as maxItems; what no size can reach stays unbounded.
std::size_t count_of(Node value);

/// The number of code points in UTF-8 text.
std::size_t code_points(std::string_view text);

}  // namespace rampart::json
