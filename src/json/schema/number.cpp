#include "json/schema/number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <string_view>

#include "json/write.hpp"

namespace rampart::json {
namespace {
constexpr double two_63 = 9223372036854775808.0;
constexpr double two_64 = 18446744073709551616.0;

// Compares an integer with a double that is not integral or not in the integer's range.
template <class Integer>
std::strong_ordering compare(Integer integer, double real, double low, double high) {
  if (real < low) return std::strong_ordering::greater;
  if (real >= high) return std::strong_ordering::less;
  double floor = std::floor(real);
  auto whole = static_cast<Integer>(floor);
  if (integer != whole) return integer <=> whole;
  return floor == real ? std::strong_ordering::equal : std::strong_ordering::less;
}

std::strong_ordering reversed(std::strong_ordering order) { return 0 <=> order; }

// 128 bits keep the product of two 64-bit factors whole.
__extension__ using Wide = unsigned __int128;

std::uint64_t power_of_ten_modulo(unsigned exponent, std::uint64_t modulus) {
  Wide result = 1 % modulus;
  Wide factor = 10 % modulus;
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1U) != 0) result = result * factor % modulus;
    factor = factor * factor % modulus;
  }
  return static_cast<std::uint64_t>(result);
}
}  // namespace

std::optional<Number> Number::of(Node node) {
  switch (node.kind()) {
    case Node::Kind::integer:
      return Number(*node.as_int64());
    case Node::Kind::unsigned_integer:
      return Number(*node.as_uint64());
    case Node::Kind::number:
      return of_double(*node.as_double());
    default:
      return std::nullopt;
  }
}

Number Number::of_double(double value) {
  if (value >= -two_63 && value < two_63 && std::trunc(value) == value)
    return Number(static_cast<std::int64_t>(value));
  if (value >= two_63 && value < two_64) return Number(static_cast<std::uint64_t>(value));
  return Number(value);
}

bool Number::is_integer() const { return kind_ != Kind::real || std::trunc(real_) == real_; }

std::strong_ordering Number::operator<=>(Number const& other) const {
  if (kind_ == other.kind_) {
    if (kind_ == Kind::integer) return integer_ <=> other.integer_;
    if (kind_ == Kind::unsigned_integer) return unsigned_ <=> other.unsigned_;
    if (real_ == other.real_) return std::strong_ordering::equal;
    return real_ < other.real_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  if (other.kind_ == Kind::real) {
    if (kind_ == Kind::integer) return compare(integer_, other.real_, -two_63, two_63);
    return compare(unsigned_, other.real_, 0.0, two_64);
  }
  if (kind_ == Kind::real) return reversed(other <=> *this);
  // Both are integers of different kinds, and the unsigned kind begins where the other ends.
  return kind_ == Kind::integer ? std::strong_ordering::less : std::strong_ordering::greater;
}

std::size_t Number::hash() const {
  if (kind_ == Kind::real) return std::hash<double>()(real_);
  return std::hash<std::uint64_t>()(kind_ == Kind::integer ? static_cast<std::uint64_t>(integer_)
                                                           : unsigned_);
}

std::string Number::text() const {
  std::string out;
  if (kind_ == Kind::integer) append_int(out, integer_);
  if (kind_ == Kind::unsigned_integer) append_uint(out, unsigned_);
  if (kind_ == Kind::real) append_double(out, real_);
  return out;
}

Divisor::Divisor(Number value) : value_(value), decimal_(decimal(value)) {}

Divisor::Decimal Divisor::decimal(Number value) {
  if (value.kind_ == Number::Kind::unsigned_integer) return {value.unsigned_, 0};
  if (value.kind_ == Number::Kind::integer) {
    auto bits = static_cast<std::uint64_t>(value.integer_);
    return {value.integer_ < 0 ? 0 - bits : bits, 0};
  }
  // The shortest text that reads back the same is the decimal its author wrote, as d.ddde-xx.
  std::array<char, 32> text{};
  auto end = std::to_chars(text.data(), text.data() + text.size(), std::abs(value.real_),
                           std::chars_format::scientific);
  Decimal result;
  bool behind_point = false;
  char const* at = text.data();
  for (; at != end.ptr && *at != 'e'; ++at) {
    if (*at == '.') {
      behind_point = true;
      continue;
    }
    result.digits = result.digits * 10 + static_cast<std::uint64_t>(*at - '0');
    if (behind_point) --result.exponent;
  }
  if (at == end.ptr) return result;
  ++at;
  if (*at == '+') ++at;
  int exponent = 0;
  std::from_chars(at, end.ptr, exponent);
  result.exponent += exponent;
  return result;
}

bool Divisor::divides(Number value) const {
  if (value.kind_ == Number::Kind::integer && value_.kind_ == Number::Kind::integer)
    return value_.integer_ == 1 || value.integer_ % value_.integer_ == 0;
  auto [digits, exponent] = decimal(value);
  int shift = exponent - decimal_.exponent;
  if (shift >= 0) {
    std::uint64_t power = power_of_ten_modulo(static_cast<unsigned>(shift), decimal_.digits);
    return static_cast<Wide>(digits % decimal_.digits) * power % decimal_.digits == 0;
  }
  for (; shift < 0 && digits != 0; ++shift) {
    if (digits % 10 != 0) return false;
    digits /= 10;
  }
  return digits % decimal_.digits == 0;
}

}  // namespace rampart::json
