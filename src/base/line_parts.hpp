// Pieces of log lines, written straight into a buffer. For access and audit lines.
#pragma once
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>
#include <string_view>

#include "base/log_text.hpp"

namespace rampart::base {

/// Longer texts are cut.
inline constexpr std::size_t line_field_bytes = 256;

// A literal's size is known to the compiler, so each of these is a few stores.
template <std::size_t N>
char* put(char* out, char const (&literal)[N]) {
  std::memcpy(out, literal, N - 1);
  return out + N - 1;
}

inline char* put_text(char* out, std::string_view text) {
  return escape_json(out, clip(text, line_field_bytes));
}

template <class T>
inline char* put_integer(char* out, T value) {
  return std::to_chars(out, out + 24, value).ptr;
}

// Milliseconds with three decimals: 0.412.
inline char* put_milliseconds(char* out, std::chrono::nanoseconds duration) {
  auto const us = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)) / 1000;
  out = put_integer(out, us / 1000);
  auto const rest = static_cast<unsigned>(us % 1000);
  *out++ = '.';
  *out++ = static_cast<char>('0' + rest / 100);
  *out++ = static_cast<char>('0' + rest / 10 % 10);
  *out++ = static_cast<char>('0' + rest % 10);
  return out;
}

template <std::size_t N>
inline char* put_optional(char* out, char const (&key)[N], std::string_view text) {
  if (text.empty()) return out;
  out = put(out, key);
  out = put_text(out, text);
  *out++ = '"';
  return out;
}

}  // namespace rampart::base
