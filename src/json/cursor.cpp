#include "json/cursor.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "json/plain.hpp"

namespace rampart::json {
namespace {
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }
}  // namespace

bool Cursor::refuse(char const* reason) {
  defect_ = {at_, at_ < text_.size() ? reason : "the text ends early"};
  return false;
}

bool Cursor::take(char c) {
  if (at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

void Cursor::skip_space() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

bool Cursor::descend() { return ++depth_ <= max_depth_ || refuse("nested too deep"); }

bool Cursor::end() {
  skip_space();
  return at_ == text_.size() || refuse("something follows the value");
}

bool Cursor::skip_value() {
  return trust_ == Trust::valid ? skip_valid_value() : skip_checked_value();
}

// Recursion is safe here: descend() bounds it.
bool Cursor::skip_checked_value() {
  Raw ignored;
  switch (peek()) {
    case '{':
      return object([this](Raw) { return skip_checked_value(); });
    case '[':
      return array([this] { return skip_checked_value(); });
    case '"':
      return skip_string(ignored);
    case 't':
      return skip_word("true");
    case 'f':
      return skip_word("false");
    case 'n':
      return skip_word("null");
    default:
      return skip_number();
  }
}

bool Cursor::skip_valid_value() {
  std::size_t open = 0;
  do {
    switch (peek()) {
      case '"':
        if (!skip_valid_string()) return false;
        break;
      case '{':
      case '[':
        ++open;
        ++at_;
        break;
      case '}':
      case ']':
        if (open == 0) return refuse("expected a value");
        --open;
        ++at_;
        break;
      default:
        if (open == 0) return skip_scalar();
        if (at_ == text_.size()) return refuse("");
        ++at_;
    }
  } while (open > 0);
  return true;
}

bool Cursor::skip_scalar() {
  std::size_t start = at_;
  at_ = std::min(text_.find_first_of(",}] \t\r\n", at_), text_.size());
  return at_ > start || refuse("expected a value");
}

// A quote ends the string unless an odd number of backslashes stands before it.
bool Cursor::skip_valid_string() {
  std::size_t start = ++at_;
  while (true) {
    at_ = text_.find('"', at_);
    if (at_ == std::string_view::npos) {
      at_ = text_.size();
      return refuse("");
    }
    std::size_t backslashes = 0;
    while (at_ - backslashes > start && text_[at_ - backslashes - 1] == '\\') ++backslashes;
    ++at_;
    if (backslashes % 2 == 0) return true;
  }
}

bool Cursor::skip_string(Raw& out) {
  if (!take('"')) return refuse("expected a string");
  std::size_t start = at_;
  out.escaped = false;
  while (true) {
    at_ += plain_prefix(text_.substr(at_));
    if (at_ == text_.size()) return refuse("");
    auto c = static_cast<unsigned char>(text_[at_]);
    if (c == '"') break;
    if (c == '\\') {
      out.escaped = true;
      if (!skip_escape()) return false;
    } else if (c < 0x20) {
      return refuse("a control character in a string must be escaped");
    } else {
      std::size_t length = base::utf8_sequence(text_.substr(at_));
      if (length == 0) {
        defect_ = {at_, "not UTF-8"};
        return false;
      }
      at_ += length;
    }
  }
  out.text = since(start);
  ++at_;
  return true;
}

bool Cursor::skip_escape() {
  ++at_;
  switch (peek()) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      ++at_;
      return true;
    case 'u':
      return skip_unicode_escape();
    default:
      return refuse("unknown escape in a string");
  }
}

bool Cursor::skip_unicode_escape() {
  std::size_t start = at_ - 1;
  std::uint32_t unit = 0;
  if (!hex4(unit)) return false;
  if (is_high_surrogate(unit)) {
    std::uint32_t low = 0;
    bool follows = take('\\') && peek() == 'u' && hex4(low);
    if (follows && is_low_surrogate(low)) return true;
  } else if (!is_low_surrogate(unit)) {
    return true;
  }
  defect_ = {start, "half of a surrogate pair in a string"};
  return false;
}

// Stands before the u.
bool Cursor::hex4(std::uint32_t& unit) {
  ++at_;
  unit = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    char c = peek();
    char lower = static_cast<char>(c | 0x20);
    bool letter = lower >= 'a' && lower <= 'f';
    if (!is_digit(c) && !letter) return refuse("expected four hexadecimal digits");
    unit = unit * 16 + static_cast<std::uint32_t>(letter ? lower - 'a' + 10 : c - '0');
  }
  return true;
}

bool Cursor::skip_digits() {
  if (!is_digit(peek())) return refuse("expected a digit");
  while (is_digit(peek())) ++at_;
  return true;
}

bool Cursor::skip_number() {
  if (!take('-') && !is_digit(peek())) return refuse("expected a value");
  if (take('0')) {
    if (is_digit(peek())) return refuse("a number must not begin with 0");
  } else if (!skip_digits()) {
    return false;
  }
  if (take('.') && !skip_digits()) return false;
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    return skip_digits();
  }
  return true;
}

bool Cursor::skip_word(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return refuse("expected a value");
  at_ += word.size();
  return true;
}

}  // namespace rampart::json
