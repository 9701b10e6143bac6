// Text for log lines: JSON escaping and timestamps. The log has its own because base stands below
// json.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace rampart::base {

/// One input byte becomes at most this many bytes of escaped text.
inline constexpr std::size_t max_escape = 6;

/// Writes `text` escaped for a JSON string, without quotes, and returns the end. Control characters
/// are escaped and invalid UTF-8 becomes U+FFFD, so a line stays one line and valid JSON.
/// `out` must have room for max_escape * text.size() bytes.
char* escape_json(char* out, std::string_view text);

/// Appends `text` quoted and escaped.
void append_quoted(std::string& out, std::string_view text);

/// 2026-07-28T12:00:00.123Z (RFC 3339, UTC, milliseconds): always this many bytes.
inline constexpr std::size_t timestamp_size = 24;
char* write_timestamp(char* out, Wall::time_point at);
std::string timestamp(Wall::time_point at);

/// Shortest decimal text that reads back the same: 20.5, 100000, 1e+30. Not finite: null.
void append_number(std::string& out, double value);

/// The first `limit` bytes at most, never ending inside a UTF-8 sequence.
std::string_view clip(std::string_view text, std::size_t limit);

}  // namespace rampart::base
