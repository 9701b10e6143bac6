#include "json/pattern_class.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace rampart::json {
namespace {
constexpr char32_t last_code_point = 0x10FFFF;
constexpr char32_t first_surrogate = 0xD800;
constexpr char32_t last_surrogate = 0xDFFF;

using Ranges = std::vector<CodePointRange>;

Ranges digits() { return {{'0', '9'}}; }
Ranges word() { return {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}; }
// ECMA-262 12.2 and 12.3: WhiteSpace (with Unicode's Space_Separator and U+FEFF), LineTerminator.
Ranges space() {
  return {{0x09, 0x0D},     {0x20, 0x20},     {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
          {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
}

// `ranges` are sorted and do not touch.
Ranges complement(Ranges const& ranges) {
  Ranges rest;
  char32_t next = 0;
  for (auto [first, last] : ranges) {
    if (first > next) rest.push_back({next, first - 1});
    next = last + 1;
  }
  rest.push_back({next, last_code_point});
  return rest;
}

bool is_alphanumeric(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

void append_hex(std::string& out, char32_t code_point) {
  constexpr char digit[] = "0123456789abcdef";
  std::string hex;
  auto rest = static_cast<std::uint32_t>(code_point);
  do {
    hex.insert(hex.begin(), digit[rest & 0xF]);
    rest >>= 4;
  } while (rest != 0);
  out += "\\x{" + hex + "}";
}

void append_range(std::string& out, char32_t first, char32_t last) {
  if (first > last) return;
  append_code_point(out, first);
  if (first == last) return;
  out += '-';
  append_code_point(out, last);
}

// General categories by their long names; the engines know the short ones only.
constexpr std::array<std::pair<std::string_view, std::string_view>, 47> categories{{
    {"Cased_Letter", "L&"},
    {"LC", "L&"},
    {"Close_Punctuation", "Pe"},
    {"Connector_Punctuation", "Pc"},
    {"Control", "Cc"},
    {"Currency_Symbol", "Sc"},
    {"Dash_Punctuation", "Pd"},
    {"Decimal_Number", "Nd"},
    {"Enclosing_Mark", "Me"},
    {"Final_Punctuation", "Pf"},
    {"Format", "Cf"},
    {"Initial_Punctuation", "Pi"},
    {"Letter", "L"},
    {"Letter_Number", "Nl"},
    {"Line_Separator", "Zl"},
    {"Lowercase_Letter", "Ll"},
    {"Mark", "M"},
    {"Math_Symbol", "Sm"},
    {"Modifier_Letter", "Lm"},
    {"Modifier_Symbol", "Sk"},
    {"Nonspacing_Mark", "Mn"},
    {"Number", "N"},
    {"Open_Punctuation", "Ps"},
    {"Other", "C"},
    {"Other_Letter", "Lo"},
    {"Other_Number", "No"},
    {"Other_Punctuation", "Po"},
    {"Other_Symbol", "So"},
    {"Paragraph_Separator", "Zp"},
    {"Private_Use", "Co"},
    {"Punctuation", "P"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Spacing_Mark", "Mc"},
    {"Surrogate", "Cs"},
    {"Symbol", "S"},
    {"Titlecase_Letter", "Lt"},
    {"Unassigned", "Cn"},
    {"Uppercase_Letter", "Lu"},
    {"cntrl", "Cc"},
    {"Combining_Mark", "M"},
    {"digit", "Nd"},
    {"punct", "P"},
    {"Lowercase", "Lowercase"},
    {"Uppercase", "Uppercase"},
    {"Alphabetic", "Alphabetic"},
    {"Any", "Any"},
}};

std::string_view short_category(std::string_view name) {
  for (auto [from, to] : categories)
    if (from == name) return to;
  return name;
}
}  // namespace

void CodePointSet::add(std::vector<CodePointRange> const& ranges) {
  ranges_.insert(ranges_.end(), ranges.begin(), ranges.end());
}

std::string CodePointSet::text(bool negated) const {
  std::string inside;
  for (auto [first, last] : ranges_) {
    append_range(inside, first, std::min<char32_t>(last, first_surrogate - 1));
    append_range(inside, std::max<char32_t>(first, last_surrogate + 1), last);
  }
  inside += properties_;
  if (!inside.empty()) return (negated ? "[^" : "[") + inside + "]";
  return negated ? "[\\x{0}-\\x{10ffff}]" : "[^\\x{0}-\\x{10ffff}]";
}

std::optional<std::vector<CodePointRange>> class_escape(char letter) {
  switch (letter) {
    case 'd':
      return digits();
    case 'D':
      return complement(digits());
    case 'w':
      return word();
    case 'W':
      return complement(word());
    case 's':
      return space();
    case 'S':
      return complement(space());
    default:
      return std::nullopt;
  }
}

std::string property_name(std::string_view ecma) {
  bool well_formed = !ecma.empty() && std::ranges::all_of(ecma, [](char c) {
    return is_alphanumeric(static_cast<unsigned char>(c)) || c == '_' || c == '=';
  });
  if (!well_formed) return {};
  auto equals = ecma.find('=');
  if (equals == ecma.npos) return std::string(short_category(ecma));
  std::string_view name = ecma.substr(0, equals);
  std::string_view value = ecma.substr(equals + 1);
  if (name == "General_Category" || name == "gc") return std::string(short_category(value));
  if (name == "Script" || name == "sc") return std::string(value);
  if (name == "Script_Extensions" || name == "scx") return "scx:" + std::string(value);
  return {};
}

void append_code_point(std::string& out, char32_t code_point) {
  if (is_alphanumeric(code_point) || code_point == ' ' || code_point == '_') {
    out += static_cast<char>(code_point);
  } else if (code_point > ' ' && code_point < 0x7F) {
    out += '\\';
    out += static_cast<char>(code_point);
  } else {
    append_hex(out, code_point);
  }
}

}  // namespace rampart::json
