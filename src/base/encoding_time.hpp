// Points in time as RFC 3339 writes them.
#pragma once
#include <string>

#include "base/clock.hpp"

namespace rampart::base {

/// Appends 2026-07-28T09:05:03.042Z: UTC, milliseconds rounded down, 24 characters.
void append_timestamp(std::string& out, Wall::time_point at);

inline std::string timestamp(Wall::time_point at) {
  std::string out;
  append_timestamp(out, at);
  return out;
}

}  // namespace rampart::base
