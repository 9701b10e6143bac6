#include "base/encoding.hpp"

#include <array>
#include <cstdint>

namespace rampart::base {
namespace {
using Digits = char const (&)[65];
constexpr char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char hex_digits[] = "0123456789abcdef";
constexpr std::uint8_t no_digit = 0xFF;

using Values = std::array<std::uint8_t, 256>;

constexpr Values values_of(Digits digits) {
  Values values{};
  values.fill(no_digit);
  for (std::uint8_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(digits[i])] = i;
  return values;
}
constexpr Values standard_values = values_of(standard);
constexpr Values url_safe_values = values_of(url_safe);

std::uint32_t byte(char c) { return static_cast<unsigned char>(c); }

// Written through pointers: appending byte by byte costs several times as much, and requestState
// of many kilobytes passes here.
std::string encode(std::string_view bytes, Digits digits, bool pad) {
  std::string out((bytes.size() * 4 + 2) / 3, '\0');
  char* to = out.data();
  for (; bytes.size() >= 3; bytes.remove_prefix(3)) {
    std::uint32_t group = byte(bytes[0]) << 16 | byte(bytes[1]) << 8 | byte(bytes[2]);
    for (int shift = 18; shift >= 0; shift -= 6) *to++ = digits[(group >> shift) & 63];
  }
  if (bytes.empty()) return out;
  std::uint32_t group = byte(bytes[0]) << 16 | (bytes.size() == 2 ? byte(bytes[1]) << 8 : 0);
  *to++ = digits[group >> 18];
  *to++ = digits[(group >> 12) & 63];
  if (bytes.size() == 2) *to++ = digits[(group >> 6) & 63];
  if (pad) out.append(3 - bytes.size(), '=');
  return out;
}

// Of up to four digits; false when one is none.
bool decode_group(std::string_view text, Values const& values, std::uint32_t& group) {
  std::uint32_t seen = 0;
  group = 0;
  for (char c : text) {
    std::uint32_t value = values[static_cast<unsigned char>(c)];
    seen |= value;
    group = group << 6 | value;
  }
  return seen < 64;
}

// `text` has no padding.
std::optional<std::string> decode(std::string_view text, Values const& values) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out(text.size() * 3 / 4, '\0');
  char* to = out.data();
  std::uint32_t group = 0;
  for (; text.size() >= 4; text.remove_prefix(4)) {
    if (!decode_group(text.substr(0, 4), values, group)) return std::nullopt;
    for (int shift = 16; shift >= 0; shift -= 8) *to++ = static_cast<char>(group >> shift);
  }
  if (text.empty()) return out;
  if (!decode_group(text, values, group)) return std::nullopt;
  unsigned unused = text.size() == 2 ? 4 : 2;  // bits
  // Other bits there would be a second spelling of the same bytes.
  if (group & ((1u << unused) - 1)) return std::nullopt;
  group >>= unused;
  if (text.size() == 3) *to++ = static_cast<char>(group >> 8);
  *to = static_cast<char>(group);
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<char> hex_pair(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  int high = hex_value(text[0]);
  int low = hex_value(text[1]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high << 4 | low);
}

bool is_unreserved(char c) {
  char lower = static_cast<char>(c | 0x20);
  if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')) return true;
  return c == '-' || c == '.' || c == '_' || c == '~';
}
}  // namespace

std::string base64_encode(std::string_view bytes) { return encode(bytes, standard, true); }
std::string base64url_encode(std::string_view bytes) { return encode(bytes, url_safe, false); }

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return decode(text, standard_values);
}

std::optional<std::string> base64url_decode(std::string_view text) {
  return decode(text, url_safe_values);
}

std::string hex_encode(std::string_view bytes) {
  std::string out(bytes.size() * 2, '\0');
  char* to = out.data();
  for (char c : bytes) {
    *to++ = hex_digits[byte(c) >> 4];
    *to++ = hex_digits[byte(c) & 15];
  }
  return out;
}

std::optional<std::string> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (; !text.empty(); text.remove_prefix(2)) {
    auto decoded = hex_pair(text);
    if (!decoded) return std::nullopt;
    out += *decoded;
  }
  return out;
}

std::string percent_encode(std::string_view bytes) {
  constexpr char upper_digits[] = "0123456789ABCDEF";  // as RFC 3986 section 2.1 prefers
  std::string out;
  out.reserve(bytes.size());
  for (char c : bytes) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    out += '%';
    out += upper_digits[byte(c) >> 4];
    out += upper_digits[byte(c) & 15];
  }
  return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (text[0] != '%') {
      out += text[0];
      text.remove_prefix(1);
      continue;
    }
    auto decoded = hex_pair(text.substr(1));
    if (!decoded) return std::nullopt;
    out += *decoded;
    text.remove_prefix(3);
  }
  return out;
}

}  // namespace rampart::base
