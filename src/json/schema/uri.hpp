// The little of RFC 3986 that `$id` and `$ref` need.
#pragma once
#include <string>
#include <string_view>

namespace rampart::json {

struct SplitUri {
  std::string_view uri;       ///< everything before the '#'
  std::string_view fragment;  ///< everything behind it
};
SplitUri split_fragment(std::string_view uri);

/// Has a scheme (RFC 3986 section 4.3).
bool is_absolute_uri(std::string_view uri);

/// `reference` seen from `base`, which is absolute (RFC 3986 section 5.2).
std::string resolve_uri(std::string_view base, std::string_view reference);

/// Replaces %XX; a % that is not followed by two hexadecimal digits stays.
std::string percent_decode(std::string_view text);

}  // namespace rampart::json
