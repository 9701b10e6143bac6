// The bytes of a string that need no look at all, eight at a time.
#pragma once
#include <cstddef>
#include <string_view>

namespace rampart::json {

/// Length of the prefix of `text` that is ASCII without control characters, quotes and backslashes.
std::size_t plain_prefix(std::string_view text);

}  // namespace rampart::json
