// Text from outside, fit for one line of a message: control characters escaped, the length bounded.
#pragma once
#include <string>
#include <string_view>

#include "base/log_text.hpp"

namespace rampart::config {

inline constexpr std::size_t printable_bytes = 80;

inline std::string printable_quoted(std::string_view text) {
  std::string out;
  base::append_quoted(out, base::clip(text, printable_bytes));
  return out;
}
inline std::string printable(std::string_view text) {
  auto const quoted = printable_quoted(text);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace rampart::config
