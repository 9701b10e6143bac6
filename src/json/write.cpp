#include "json/write.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.hpp"
#include "json/plain.hpp"

namespace rampart::json {
namespace {
void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      constexpr char hex[] = "0123456789abcdef";
      out += "\\u00";
      out += hex[(c >> 4) & 0xF];
      out += hex[c & 0xF];
  }
}

template <class T>
void append_integer(std::string& out, T value) {
  std::array<char, 24> text;
  auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

// Between these magnitudes people write digits, beyond them an exponent. At and above 2^53 the
// exponent also tells readers that the number is a double: without it other parsers, ours among
// them, read an integer, which beyond 64 bits is out of range.
constexpr double smallest_plain = 1e-6;
constexpr double largest_plain = 9007199254740992.0;  // 2^53
}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t copied = 0;  // everything before this is in `out`
  std::size_t i = 0;       // everything before this can be copied as it is
  while (true) {
    i += plain_prefix(text.substr(i));
    if (i == text.size()) break;
    bool ascii = static_cast<unsigned char>(text[i]) < 0x80;
    std::size_t sequence = ascii ? 0 : base::utf8_sequence(text.substr(i));
    if (sequence > 0) {
      i += sequence;
      continue;
    }
    out.append(text, copied, i - copied);
    if (ascii) {
      append_escape(out, text[i]);
    } else {
      out += "\xEF\xBF\xBD";  // U+FFFD
    }
    copied = ++i;
  }
  out.append(text, copied);
  out += '"';
}

void append_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  double magnitude = std::fabs(value);
  if (magnitude == 0) {
    out += std::signbit(value) ? "-0.0" : "0";
    return;
  }
  bool plain = magnitude >= smallest_plain && magnitude < largest_plain;
  auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  std::array<char, 64> text;
  auto end = std::to_chars(text.data(), text.data() + text.size(), value, format).ptr;
  out.append(text.data(), end);
}

void append_int(std::string& out, std::int64_t value) { append_integer(out, value); }
void append_uint(std::string& out, std::uint64_t value) { append_integer(out, value); }

}  // namespace rampart::json
