#include "json/plain.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace rampart::json {
namespace {
constexpr std::uint64_t every_byte(std::uint8_t byte) { return 0x0101010101010101u * byte; }

// The lowest byte whose high bit is set here is the first special one. Bytes above it may be
// flagged wrongly, because subtraction borrows from them.
std::uint64_t special_bytes(std::uint64_t word) {
  std::uint64_t control = word - every_byte(0x20);
  std::uint64_t quote = (word ^ every_byte('"')) - every_byte(1);
  std::uint64_t backslash = (word ^ every_byte('\\')) - every_byte(1);
  return (word | control | quote | backslash) & every_byte(0x80);
}
}  // namespace

std::size_t plain_prefix(std::string_view text) {
  std::size_t i = 0;
  if constexpr (std::endian::native == std::endian::little) {
    for (; i + 8 <= text.size(); i += 8) {
      std::uint64_t word;
      std::memcpy(&word, text.data() + i, 8);
      std::uint64_t special = special_bytes(word);
      if (special) return i + static_cast<std::size_t>(std::countr_zero(special)) / 8;
    }
  }
  for (; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') break;
  }
  return i;
}

}  // namespace rampart::json
