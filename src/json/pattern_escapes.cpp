// Escapes and classes of a pattern.
#include <charconv>

#include "json/pattern_translator.hpp"

namespace rampart::json {
namespace {
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
}  // namespace

void Translator::escape() {
  char c = peek(1);
  if (c == 'b' || c == 'B') {
    at_ += 2;
    return emit(c == 'b' ? "\\b" : "\\B", false);
  }
  if (auto ranges = class_escape(c)) {
    at_ += 2;
    CodePointSet set;
    set.add(*ranges);
    return emit(set.text(false), true);
  }
  if (c == 'p' || c == 'P') return emit(property(), true);
  if (c == 'k') return named_backreference();
  if (c >= '1' && c <= '9') {
    std::size_t group = 0;
    char const* end = source_.data() + source_.size();
    auto read = std::from_chars(source_.data() + at_ + 1, end, group);
    at_ = static_cast<std::size_t>(read.ptr - source_.data());
    return backreference(read.ec == std::errc() ? group : groups_ + 1);
  }
  if (auto one = character_escape()) emit(*one);
}

void Translator::backreference(std::size_t group) {
  if (group == 0 || group > groups_) return wrong("a backreference to a group that is not there");
  result_.needs_backtracking = true;
  emit("\\g{" + std::to_string(group) + "}", true);
}

void Translator::named_backreference() {
  at_ += 2;
  if (peek() != '<') return wrong("\"\\k\" without a name");
  auto known = names_.find(group_name(at_));
  backreference(known == names_.end() ? 0 : known->second);
}

void Translator::character_class() {
  ++at_;
  bool negated = take("^");
  CodePointSet set;
  while (!error_ && !take("]")) {
    if (at_ >= source_.size()) return wrong("missing \"]\"");
    auto first = class_atom(set);
    bool range = first && peek() == '-' && peek(1) != ']' && at_ + 1 < source_.size();
    if (!range) {
      if (first) set.add(*first, *first);
      continue;
    }
    ++at_;
    auto last = class_atom(set);
    if (last && *last < *first) return wrong("a range is out of order");
    if (last) {
      set.add(*first, *last);
    } else {  // [a-\d]: the hyphen means itself
      set.add(*first, *first);
      set.add('-', '-');
    }
  }
  emit(set.text(negated), true);
}

// One code point, or nullopt when a whole class was added to the set.
std::optional<char32_t> Translator::class_atom(CodePointSet& set) {
  if (peek() != '\\') return code_point();
  char c = peek(1);
  if (auto ranges = class_escape(c)) {
    at_ += 2;
    set.add(*ranges);
    return std::nullopt;
  }
  if (c == 'p' || c == 'P') {
    set.add_property(property());
    return std::nullopt;
  }
  if (c == 'b') {
    at_ += 2;
    return U'\b';
  }
  return character_escape();
}

std::string Translator::property() {
  bool negated = peek(1) == 'P';
  std::size_t end = source_.find('}', at_);
  if (peek(2) != '{' || end == source_.npos) {
    wrong("\"\\p\" without a property");
    return {};
  }
  std::string name = property_name(source_.substr(at_ + 3, end - at_ - 3));
  if (name.empty()) wrong("an unknown Unicode property");
  at_ = end + 1;
  return (negated ? "\\P{" : "\\p{") + name + "}";
}

// Everything after a backslash that stands for one code point.
std::optional<char32_t> Translator::character_escape() {
  ++at_;
  if (at_ >= source_.size()) {
    wrong("it ends in a backslash");
    return std::nullopt;
  }
  constexpr std::string_view controls = "tnvfr";
  constexpr std::string_view controlled = "\t\n\v\f\r";
  char c = peek();
  if (auto control = controls.find(c); control != controls.npos) {
    ++at_;
    return static_cast<char32_t>(controlled[control]);
  }
  if (c == 'c' && is_letter(peek(1))) {
    at_ += 2;
    return static_cast<char32_t>(source_[at_ - 1] & 0x1F);
  }
  if (c == '0' && !is_digit(peek(1))) {
    ++at_;
    return U'\0';
  }
  if (c == 'x') {
    ++at_;
    return hex(2);
  }
  if (c == 'u') return unicode_escape();
  if (!is_letter(c) && !is_digit(c)) return code_point();
  wrong("\"\\" + std::string(1, c) + "\" is not an escape");
  return std::nullopt;
}

// Exactly `digits` of them; 0 means any number up to the closing brace.
std::optional<std::uint32_t> Translator::hex(std::size_t digits) {
  std::size_t end = digits == 0 ? source_.find('}', at_) : at_ + digits;
  std::uint32_t value = 0;
  if (end <= source_.size() && end > at_) {
    auto read = std::from_chars(source_.data() + at_, source_.data() + end, value, 16);
    if (read.ec == std::errc() && read.ptr == source_.data() + end && value <= 0x10FFFF) {
      at_ = end;
      return value;
    }
  }
  wrong("an escape with bad hexadecimal digits");
  return std::nullopt;
}

char32_t Translator::unicode_escape() {
  ++at_;
  if (take("{")) {
    char32_t value = hex(0).value_or(0);
    ++at_;
    return value;
  }
  char32_t high = hex(4).value_or(0);
  bool pair = high >= 0xD800 && high <= 0xDBFF && peek() == '\\' && peek(1) == 'u';
  if (!pair || peek(2) == '{') return high;
  std::size_t before = at_;
  at_ += 2;
  char32_t low = hex(4).value_or(0);
  if (low >= 0xDC00 && low <= 0xDFFF) return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
  at_ = before;
  return high;
}

// The next code point of the source, which came from JSON and so is UTF-8.
char32_t Translator::code_point() {
  auto lead = static_cast<unsigned char>(peek());
  std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t value = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i)
    value = (value << 6) | (static_cast<unsigned char>(peek(i)) & 0x3FU);
  at_ += length;
  if (value > 0x10FFFF || at_ > source_.size()) wrong("it is not UTF-8");
  return value;
}

}  // namespace rampart::json
