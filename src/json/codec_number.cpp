#include "json/codec_number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "json/write.hpp"

namespace rampart::detail {
namespace {

template <class Signed, class Unsigned>
std::uint64_t load(bool is_signed, void const* from) {
  if (is_signed) {
    Signed value;
    std::memcpy(&value, from, sizeof value);
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  }
  Unsigned value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class Unsigned>
void store(void* to, std::uint64_t bits) {
  auto const value = static_cast<Unsigned>(bits);
  std::memcpy(to, &value, sizeof value);
}

}  // namespace

std::uint64_t load_bits(TypeInfo const& type, void const* from) {
  switch (type.width) {
    case 1:
      return load<std::int8_t, std::uint8_t>(type.is_signed, from);
    case 2:
      return load<std::int16_t, std::uint16_t>(type.is_signed, from);
    case 4:
      return load<std::int32_t, std::uint32_t>(type.is_signed, from);
    default:
      return load<std::int64_t, std::uint64_t>(type.is_signed, from);
  }
}

void store_bits(TypeInfo const& type, void* to, std::uint64_t bits) {
  switch (type.width) {
    case 1:
      return store<std::uint8_t>(to, bits);
    case 2:
      return store<std::uint16_t>(to, bits);
    case 4:
      return store<std::uint32_t>(to, bits);
    default:
      return store<std::uint64_t>(to, bits);
  }
}

long double smallest(TypeInfo const& type) {
  if (!type.is_signed) return 0;
  return -std::ldexp(1.0L, static_cast<int>(8 * type.width) - 1);
}

long double largest(TypeInfo const& type) {
  int const bits = static_cast<int>(8 * type.width) - (type.is_signed ? 1 : 0);
  return std::ldexp(1.0L, bits) - 1;
}

void append_bound(std::string& out, long double value) {
  bool const whole = std::trunc(value) == value;
  if (whole && value < 0 && value >= -0x1p63L)
    json::append_int(out, static_cast<std::int64_t>(value));
  else if (whole && value >= 0 && value < 0x1p64L)
    json::append_uint(out, static_cast<std::uint64_t>(value));
  else
    json::append_double(out, static_cast<double>(value));
}

void append_real(std::string& out, TypeInfo const& type, void const* value) {
  if (type.width == sizeof(double)) {
    double number;
    std::memcpy(&number, value, sizeof number);
    return json::append_double(out, number);
  }
  float number;
  std::memcpy(&number, value, sizeof number);
  if (!std::isfinite(number)) return json::append_double(out, number);
  std::array<char, 32> text;
  auto const end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  double shortest = 0;
  std::from_chars(text.data(), end, shortest);
  json::append_double(out, shortest);
}

EnumName const* find_name(TypeInfo const& type, std::int64_t value) {
  for (std::size_t i = 0; i < type.name_count; ++i)
    if (type.names[i].value == value) return &type.names[i];
  return nullptr;
}

EnumName const* find_name(TypeInfo const& type, std::string_view name) {
  for (std::size_t i = 0; i < type.name_count; ++i)
    if (type.names[i].name == name) return &type.names[i];
  return nullptr;
}

}  // namespace rampart::detail
