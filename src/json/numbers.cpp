#include "json/numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/utf8.hpp"
#include "json/cursor.hpp"

namespace rampart::json {
namespace {
template <class T>
bool reads_as(std::string_view number) {
  T value;
  return std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc();
}

// Called for a number that double cannot hold: is it too large, rather than too close to zero?
// The sign of its decimal exponent tells, for the limits are about 1e308 and 1e-324.
bool too_large(std::string_view number) {
  constexpr std::int64_t huge_exponent = std::int64_t{1} << 60;
  std::size_t e = number.find_first_of("eE");
  std::string_view mantissa = number.substr(0, e);
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view digits = number.substr(e + 1);
    if (digits[0] == '+') digits.remove_prefix(1);
    auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    // No mantissa that fits in memory makes up for such an exponent.
    bool huge = parsed.ec != std::errc() || exponent > huge_exponent || exponent < -huge_exponent;
    if (huge) return digits[0] != '-';
  }
  std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return false;
  auto leading = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  return exponent + leading > 0;
}

class BadNumberFinder {
 public:
  explicit BadNumberFinder(std::string_view text) : cursor_(text) {}

  // False when the text ended, is not valid, or the number was found.
  bool value() {
    cursor_.skip_space();
    char c = cursor_.peek();
    if (c == '{') {
      return cursor_.object([this](Cursor::Raw key) {
        std::string name = key.escaped ? unescape(key.text) : std::string(key.text);
        return at(path_.empty() ? name : "." + name);
      });
    }
    if (c == '[') {
      std::size_t index = 0;
      return cursor_.array([&] { return at("[" + std::to_string(index++) + "]"); });
    }
    std::size_t start = cursor_.position();
    if (!cursor_.skip_value()) return false;
    bool number = c == '-' || (c >= '0' && c <= '9');
    if (number && !number_fits(cursor_.since(start))) found_ = true;
    return !found_;
  }

  std::optional<std::string> path() const {
    if (!found_) return std::nullopt;
    return path_.empty() ? "the top level" : path_;
  }

 private:
  // The step stays in the path when the number was found below it.
  bool at(std::string const& step) {
    std::size_t length = path_.size();
    path_ += step;
    if (!value()) return false;
    path_.resize(length);
    return true;
  }

  Cursor cursor_;
  std::string path_;
  bool found_ = false;
};

// Cuts the middle out, between characters.
std::string shortened(std::string path) {
  if (path.size() <= longest_path) return path;
  auto starts_character = [&](std::size_t i) { return (path[i] & 0xC0) != 0x80; };
  std::size_t head = longest_path / 2;
  while (!starts_character(head)) --head;
  std::size_t tail = path.size() - longest_path / 2;
  while (tail < path.size() && !starts_character(tail)) ++tail;
  return path.substr(0, head) + "..." + path.substr(tail);
}
}  // namespace

bool number_fits(std::string_view number) {
  if (number.find_first_of(".eE") == std::string_view::npos) {
    return reads_as<std::int64_t>(number) || reads_as<std::uint64_t>(number);
  }
  double value = 0;
  auto parsed = std::from_chars(number.data(), number.data() + number.size(), value);
  if (parsed.ec == std::errc()) return std::isfinite(value);
  return !too_large(number);
}

std::optional<std::string> find_path_of_bad_number(std::string_view text) {
  BadNumberFinder finder(text);
  finder.value();
  auto path = finder.path();
  if (path) path = shortened(std::move(*path));
  return path;
}

}  // namespace rampart::json
