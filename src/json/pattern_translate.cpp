#include "json/pattern_translate.hpp"

#include "json/pattern_translator.hpp"

namespace rampart::json {
namespace {
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
}  // namespace

void Translator::emit(char32_t code_point) {
  CodePointSet never;
  bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (surrogate) return emit(never.text(false), true);
  append_code_point(result_.text, code_point);
  repeatable_ = true;
}

// A backreference may point forward, so groups are counted before anything is translated.
void Translator::count_groups() {
  bool in_class = false;
  for (std::size_t i = 0; i < source_.size(); ++i) {
    char c = source_[i];
    if (c == '\\') {
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
    } else if (c == '(') {
      std::string_view rest = source_.substr(i + 1);
      bool named = rest.starts_with("?<") && !rest.starts_with("?<=") && !rest.starts_with("?<!");
      if (rest.starts_with("?") && !named) continue;
      ++groups_;
      std::size_t name_at = i + 2;
      if (named && !names_.emplace(group_name(name_at), groups_).second)
        wrong("two groups have one name");
    }
  }
}

// `at` is at the '<'; afterwards behind the '>'.
std::string_view Translator::group_name(std::size_t& at) {
  std::size_t end = source_.find('>', at);
  if (end == source_.npos || end == at + 1) {
    wrong("a group's name is missing");
    return {};
  }
  std::string_view name = source_.substr(at + 1, end - at - 1);
  for (char c : name)
    if (!is_letter(c) && !is_digit(c) && c != '_' && c != '$' &&
        static_cast<unsigned char>(c) < 0x80)
      wrong("a group's name has a character that is not allowed");
  at = end + 1;
  return name;
}

void Translator::term() {
  switch (char c = peek()) {
    case '^':
      ++at_;
      return emit("\\A", false);
    case '$':
      ++at_;
      return emit("\\z", false);
    case '.':
      ++at_;
      return emit("[^\\n\\r\\x{2028}\\x{2029}]", true);
    case '(':
      return group();
    case ')':
      ++at_;
      return emit(")", true);
    case '|':
      ++at_;
      return emit("|", false);
    case '[':
      return character_class();
    case '\\':
      return escape();
    case '*':
    case '+':
    case '?':
      return quantifier(1);
    default:
      if (std::size_t length = c == '{' ? braces() : 0) return quantifier(length);
      return emit(code_point());
  }
}

void Translator::group() {
  for (std::string_view assertion : {"(?=", "(?!", "(?<=", "(?<!"}) {
    if (!take(assertion)) continue;
    result_.needs_backtracking = true;
    return emit(assertion, false);
  }
  if (take("(?:")) return emit("(?:", false);
  if (source_.substr(at_).starts_with("(?<")) {
    at_ += 2;
    group_name(at_);
  } else if (source_.substr(at_).starts_with("(?")) {
    return wrong("\"(?" + std::string(1, peek(2)) + "\" begins no group");
  } else {
    ++at_;
  }
  emit("(", false);
}

// The length of {n}, {n,} or {n,m} at this place; 0 when the brace means itself.
std::size_t Translator::braces() const {
  std::size_t i = 1;
  while (is_digit(peek(i))) ++i;
  if (i == 1) return 0;
  if (peek(i) == ',') ++i;
  while (is_digit(peek(i))) ++i;
  return peek(i) == '}' ? i + 1 : 0;
}

void Translator::quantifier(std::size_t length) {
  if (!repeatable_) return wrong("nothing to repeat before \"" + std::string(1, peek()) + "\"");
  result_.text += source_.substr(at_, length);
  at_ += length;
  if (take("?")) result_.text += '?';
  repeatable_ = false;
}

Result<TranslatedPattern> translate_pattern(std::string_view ecma) {
  return Translator(ecma).run();
}

}  // namespace rampart::json
