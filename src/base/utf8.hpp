// UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once
#include <cstddef>
#include <string_view>

namespace rampart::base {

/// Length in bytes (1-4) of the well-formed sequence at the start of `text`, or 0.
std::size_t utf8_sequence(std::string_view text);

/// How many leading bytes of `text` are well-formed; text.size() means all of it.
std::size_t utf8_valid_prefix(std::string_view text);

inline bool is_utf8(std::string_view text) { return utf8_valid_prefix(text) == text.size(); }

}  // namespace rampart::base
