// Letters without case, as header names and tokens compare (RFC 9110 section 5.1). No locale.
#pragma once
#include <algorithm>
#include <string_view>

namespace rampart::http_client {

constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, ascii_lower, ascii_lower);
}

/// A method or a header name (RFC 9110 section 5.6.2).
constexpr bool is_token(std::string_view text) {
  auto const fits = [](char c) {
    char const lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, fits);
}

}  // namespace rampart::http_client
