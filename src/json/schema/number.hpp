// JSON numbers compared as mathematics has it: integers of 64 bits exactly, 1 equal to 1.0, and
// divisibility by decimals such as 0.01.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "rampart/json.hpp"

namespace rampart::json {

/// A finite number as the parser read it.
class Number {
 public:
  /// nullopt for anything but a number.
  static std::optional<Number> of(Node node);
  static Number of_double(double value);

  bool is_integer() const;
  std::strong_ordering operator<=>(Number const& other) const;
  bool operator==(Number const& other) const { return (*this <=> other) == 0; }
  /// Equal numbers have equal hashes.
  std::size_t hash() const;
  std::string text() const;

 private:
  friend class Divisor;
  // Integral doubles below 2^63 in magnitude are stored as integers, so that kind and value decide.
  enum class Kind : std::uint8_t { integer, unsigned_integer, real };
  explicit Number(std::int64_t value) : kind_(Kind::integer), integer_(value) {}
  explicit Number(std::uint64_t value) : kind_(Kind::unsigned_integer), unsigned_(value) {}
  explicit Number(double value) : kind_(Kind::real), real_(value) {}

  Kind kind_;  // unsigned_integer only from 2^63 on
  union {
    std::int64_t integer_;
    std::uint64_t unsigned_;
    double real_;
  };
};

/// A positive number and the question whether another is a multiple of it, answered in decimal
/// arithmetic: 19.99 is a multiple of 0.01, and nothing overflows.
class Divisor {
 public:
  explicit Divisor(Number value);
  bool divides(Number value) const;
  std::string text() const { return value_.text(); }

 private:
  // digits * 10^exponent
  struct Decimal {
    std::uint64_t digits = 0;
    int exponent = 0;
  };
  static Decimal decimal(Number value);

  Number value_;
  Decimal decimal_;
};

}  // namespace rampart::json
