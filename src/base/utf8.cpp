#include "base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace rampart::base {
namespace {
bool continues(unsigned char byte) { return (byte & 0xC0) == 0x80; }

std::size_t ascii_prefix(std::string_view text) {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    if (word & 0x8080808080808080u) break;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}
}  // namespace

std::size_t utf8_sequence(std::string_view text) {
  auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.empty()) return 0;
  unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;  // a continuation byte, or an overlong form of ASCII
  if (lead < 0xE0) return text.size() >= 2 && continues(at(1)) ? 2 : 0;
  if (lead < 0xF0) {
    if (text.size() < 3 || !continues(at(1)) || !continues(at(2))) return 0;
    if (lead == 0xE0 && at(1) < 0xA0) return 0;   // overlong
    if (lead == 0xED && at(1) >= 0xA0) return 0;  // a surrogate
    return 3;
  }
  if (lead > 0xF4 || text.size() < 4) return 0;
  if (!continues(at(1)) || !continues(at(2)) || !continues(at(3))) return 0;
  if (lead == 0xF0 && at(1) < 0x90) return 0;   // overlong
  if (lead == 0xF4 && at(1) >= 0x90) return 0;  // above U+10FFFF
  return 4;
}

std::size_t utf8_valid_prefix(std::string_view text) {
  std::size_t i = 0;
  while (true) {
    i += ascii_prefix(text.substr(i));
    if (i == text.size()) return i;
    std::size_t length = utf8_sequence(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
}

}  // namespace rampart::base
