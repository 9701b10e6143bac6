// The text of one access line. Used by access_log.cpp only.
#pragma once
#include <cstddef>

#include "base/access_log.hpp"
#include "base/log_text.hpp"

namespace rampart::base {

/// No line is longer than this.
inline constexpr std::size_t max_access_line = 12 * max_escape * AccessLog::field_bytes + 640;

/// Both write one line with its line end at `out`, which has max_access_line bytes, and return its
/// end.
char* write_access_json(char* out, AccessRecord const& record, Wall::time_point at);
char* write_access_console(char* out, AccessRecord const& record, Wall::time_point at);

}  // namespace rampart::base
