// Direct rendering: values are appended to a string as JSON text.
#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace rampart::json {

/// Appends `text` quoted and escaped. Invalid UTF-8 is replaced by U+FFFD.
void append_string(std::string& out, std::string_view text);
/// Shortest form that reads back the same, as people write it: 20.5, 1e+30, never 2.05E1. NaN and
/// infinities: null.
void append_double(std::string& out, double value);
void append_int(std::string& out, std::int64_t value);
void append_uint(std::string& out, std::uint64_t value);
inline void append_bool(std::string& out, bool value) { out += value ? "true" : "false"; }

inline std::string quoted(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

}  // namespace rampart::json
