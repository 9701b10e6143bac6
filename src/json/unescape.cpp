// Escapes of JSON strings back to the text they stand for.
#include "json/cursor.hpp"

#include <algorithm>

namespace rampart::json {
namespace {
void append_utf8(std::string& out, std::uint32_t point) {
  auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::uint32_t hex(std::string_view digits) {
  std::uint32_t value = 0;
  for (char c : digits) {
    auto digit = static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    value = value * 16 + (digit & 0xF);
  }
  return value;
}

// `raw` begins after the u; the length read is returned.
std::size_t append_code_point(std::string& out, std::string_view raw) {
  std::uint32_t unit = hex(raw.substr(0, 4));
  bool pair = unit >= 0xD800 && unit < 0xDC00 && raw.size() >= 10;
  if (!pair) {
    append_utf8(out, unit);
    return std::min<std::size_t>(4, raw.size());
  }
  std::uint32_t low = hex(raw.substr(6, 4));
  append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
  return 10;
}

char short_escape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;  // quote, backslash, slash
  }
}
}  // namespace

std::string unescape(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  while (true) {
    std::size_t escape = raw.find('\\');
    out.append(raw.substr(0, escape));
    if (escape == std::string_view::npos || escape + 1 == raw.size()) return out;
    char c = raw[escape + 1];
    raw.remove_prefix(escape + 2);
    if (c == 'u') {
      raw.remove_prefix(append_code_point(out, raw));
    } else {
      out += short_escape(c);
    }
  }
}

}  // namespace rampart::json
