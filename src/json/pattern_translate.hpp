// ECMA-262 pattern syntax (unicode mode) rewritten into the syntax that RE2 and PCRE2 share.
#pragma once
#include <string>
#include <string_view>

#include "rampart/error.hpp"

namespace rampart::json {

struct TranslatedPattern {
  std::string text;
  bool needs_backtracking = false;  ///< has a lookaround or a backreference
};

/// `^` and `$` become the ends of the text, classes and escapes are written out as ECMA-262 defines
/// them, names of groups become numbers. More tolerant than unicode mode in two points that schemas
/// rely on: a lone `{`, `}` or `]` and an escaped character that needs no escape mean themselves.
/// An unknown escape of a letter (`\A`, `\Z`) is an error, for other engines give it other
/// meanings.
Result<TranslatedPattern> translate_pattern(std::string_view ecma);

}  // namespace rampart::json
