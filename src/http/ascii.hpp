// Letters without case, as header names and tokens compare (RFC 9110 section 5.1). No locale.
#pragma once
#include <cstddef>
#include <string_view>

namespace rampart::http {

constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool same_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a == b) return true;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  return true;
}

/// May stand in a method or a header name (RFC 9110 section 5.6.2).
constexpr bool is_token_char(char c) {
  bool const alphanumeric =
      (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace rampart::http
