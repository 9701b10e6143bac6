// Sets of code points for the translation of patterns, and the ones that ECMA-262 gives a letter.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rampart::json {

struct CodePointRange {
  char32_t first, last;
};

/// One character class, built up and then written for RE2 and PCRE2.
class CodePointSet {
 public:
  void add(char32_t first, char32_t last) { ranges_.push_back({first, last}); }
  void add(std::vector<CodePointRange> const& ranges);
  /// Text such as \p{L} that stands for itself inside the brackets.
  void add_property(std::string text) { properties_ += text; }
  /// Surrogates are left out: UTF-8 text has none.
  std::string text(bool negated) const;

 private:
  std::vector<CodePointRange> ranges_;
  std::string properties_;
};

/// The ranges of \d \w \s and, complemented, of \D \W \S; nullopt for any other letter.
std::optional<std::vector<CodePointRange>> class_escape(char letter);

/// What stands between the braces of \p{...}, as the engines spell it; empty when it is no
/// property.
std::string property_name(std::string_view ecma);

/// Appends one code point so that it means itself, inside brackets and outside.
void append_code_point(std::string& out, char32_t code_point);

}  // namespace rampart::json
