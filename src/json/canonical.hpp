// Canonical text: equal for equal values however they were written. Keys of caches and digests of
// arguments are made of it.
#pragma once
#include <string>

#include "rampart/json.hpp"

namespace rampart::json {

/// Like RFC 8785 without its losses: members sorted by the bytes of their unescaped keys, no white
/// space, only the escapes that JSON demands. Integers are exact, also beyond 2^53; a double that
/// is integral and below 2^53 prints as that integer, so 1, 1.0 and 1e0 are the same.
/// Members with equal keys keep their order.
void append_canonical(std::string& out, Node node);

inline std::string canonical(Node node) {
  std::string out;
  append_canonical(out, node);
  return out;
}

}  // namespace rampart::json
