#include "base/log_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/utf8.hpp"

namespace rampart::base {
namespace {

constexpr bool plain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

constexpr auto plain_table = [] {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < 256; ++c) table[c] = plain(static_cast<unsigned char>(c));
  return table;
}();

bool continuation(unsigned char c) { return (c & 0xc0) == 0x80; }

// True when eight bytes at once need no escape: a zero byte in x ^ pattern is a match, found
// without a branch for each byte.
bool all_plain(std::uint64_t x) {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  constexpr std::uint64_t high = 0x80 * ones;
  auto const zero_in = [](std::uint64_t v) { return (v - ones) & ~v; };
  auto const below_space = (x - 0x20 * ones) & ~x;
  auto const bad = x | below_space | zero_in(x ^ (0x22 * ones)) | zero_in(x ^ (0x5c * ones)) |
                   zero_in(x ^ (0x7f * ones));
  return (bad & high) == 0;
}

std::uint64_t eight_at(char const* data) {
  std::uint64_t eight = 0;
  std::memcpy(&eight, data, 8);
  return eight;
}

bool all_plain(std::string_view text) {
  if (text.size() < 8) {
    for (unsigned char const c : text)
      if (!plain_table[c]) return false;
    return true;
  }
  for (std::size_t i = 0; i + 8 < text.size(); i += 8)
    if (!all_plain(eight_at(text.data() + i))) return false;
  return all_plain(eight_at(text.data() + text.size() - 8));  // the last may overlap
}

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* escape_ascii(char* out, unsigned char c) {
  switch (c) {
    case '"':
      return put(out, "\\\"");
    case '\\':
      return put(out, "\\\\");
    case '\n':
      return put(out, "\\n");
    case '\r':
      return put(out, "\\r");
    case '\t':
      return put(out, "\\t");
    default: {
      constexpr char hex[] = "0123456789abcdef";
      out = put(out, "\\u00");
      *out++ = hex[c >> 4];
      *out++ = hex[c & 15];
      return out;
    }
  }
}

char* two_digits(char* out, unsigned value) {
  *out++ = static_cast<char>('0' + value / 10);
  *out++ = static_cast<char>('0' + value % 10);
  return out;
}

}  // namespace

char* escape_json(char* out, std::string_view text) {
  if (all_plain(text)) return put(out, text);  // nearly every field
  while (!text.empty()) {
    if (text.size() >= 8 && all_plain(eight_at(text.data()))) {
      out = put(out, text.substr(0, 8));
      text.remove_prefix(8);
      continue;
    }
    auto const c = static_cast<unsigned char>(text.front());
    std::size_t used = 1;
    if (plain_table[c]) {
      *out++ = text.front();
    } else if (c < 0x80) {
      out = escape_ascii(out, c);
    } else if (auto const n = utf8_sequence(text); n != 0) {
      out = put(out, text.substr(0, n));
      used = n;
    } else {
      out = put(out, "\xef\xbf\xbd");
    }
    text.remove_prefix(used);
  }
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  auto const before = out.size();
  out.resize(before + 2 + max_escape * text.size());
  char* p = out.data() + before;
  *p++ = '"';
  p = escape_json(p, text);
  *p++ = '"';
  out.resize(static_cast<std::size_t>(p - out.data()));
}

char* write_timestamp(char* out, Wall::time_point at) {
  using namespace std::chrono;
  auto const ms = floor<milliseconds>(at);
  auto const day = floor<days>(ms);
  year_month_day const date{day};
  hh_mm_ss const time{ms - day};
  auto const year = static_cast<unsigned>(static_cast<int>(date.year()));
  auto const millis = static_cast<unsigned>(time.subseconds().count());
  out = two_digits(two_digits(out, year / 100 % 100), year % 100);
  *out++ = '-';
  out = two_digits(out, static_cast<unsigned>(date.month()));
  *out++ = '-';
  out = two_digits(out, static_cast<unsigned>(date.day()));
  *out++ = 'T';
  out = two_digits(out, static_cast<unsigned>(time.hours().count()));
  *out++ = ':';
  out = two_digits(out, static_cast<unsigned>(time.minutes().count()));
  *out++ = ':';
  out = two_digits(out, static_cast<unsigned>(time.seconds().count()));
  *out++ = '.';
  *out++ = static_cast<char>('0' + millis / 100);
  out = two_digits(out, millis % 100);
  *out++ = 'Z';
  return out;
}

std::string timestamp(Wall::time_point at) {
  std::string text(timestamp_size, '\0');
  write_timestamp(text.data(), at);
  return text;
}

void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 64> digits;
  auto* const end = digits.data() + digits.size();
  auto const size = std::abs(value);
  std::to_chars_result done{};
  if (size < 1e15 && value == std::trunc(value)) {
    done = std::to_chars(digits.data(), end, static_cast<std::int64_t>(value));
  } else if (size >= 1e-6 && size < 1e15) {
    done = std::to_chars(digits.data(), end, value, std::chars_format::fixed);
  } else {
    done = std::to_chars(digits.data(), end, value);
  }
  out.append(digits.data(), done.ptr);
}

std::string_view clip(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t cut = limit;
  // A sequence has at most three continuation bytes; text that is not UTF-8 is cut where it stands.
  for (int back = 0; back < 3 && cut > 0 && continuation(static_cast<unsigned char>(text[cut]));
       ++back) {
    --cut;
  }
  return text.substr(0, cut);
}

}  // namespace rampart::base
