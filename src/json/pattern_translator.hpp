// The translation of one pattern, term by term; pattern_escapes.cpp has what begins with a
// backslash or stands in brackets.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "json/pattern_class.hpp"
#include "json/pattern_translate.hpp"

namespace rampart::json {

// Reads the source once from left to right; the first error stays and ends the loop.
class Translator {
 public:
  explicit Translator(std::string_view source) : source_(source) { count_groups(); }

  Result<TranslatedPattern> run() {
    while (!error_ && at_ < source_.size()) term();
    if (error_) return fail(Errc::invalid_params, "not an ECMA-262 pattern: " + *error_);
    return std::move(result_);
  }

 private:
  void wrong(std::string why) {
    if (!error_) error_ = std::move(why);
  }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  bool take(std::string_view text) {
    if (!source_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  // An atom may be repeated, what else is emitted may not.
  void emit(std::string_view text, bool atom) {
    result_.text += text;
    repeatable_ = atom;
  }
  void emit(char32_t code_point);

  void term();
  void group();
  void quantifier(std::size_t length);
  std::size_t braces() const;
  void escape();
  void backreference(std::size_t group);
  void named_backreference();
  void character_class();
  std::optional<char32_t> class_atom(CodePointSet& set);
  std::string property();
  std::optional<char32_t> character_escape();
  std::optional<std::uint32_t> hex(std::size_t digits);
  char32_t unicode_escape();
  char32_t code_point();
  std::string_view group_name(std::size_t& at);
  void count_groups();

  std::string_view source_;
  std::size_t at_ = 0;
  bool repeatable_ = false;
  std::size_t groups_ = 0;
  std::map<std::string_view, std::size_t> names_;
  TranslatedPattern result_;
  std::optional<std::string> error_;
};

}  // namespace rampart::json
