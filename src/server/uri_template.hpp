// RFC 6570 templates of levels 1 and 2 ({var}, {+var}, {#var}), used backwards: which URI gives
// which values.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rampart/error.hpp"

namespace rampart::server {

class UriTemplate {
 public:
  /// Errors: invalid_params for a brace without its partner, an empty or repeated variable, a level
  /// above 2.
  static Result<UriTemplate> parse(std::string_view text);

  /// The variables' percent-decoded values, if `uri` is one that the template makes. A plain
  /// variable takes no slash, a {+reserved} one does; each takes as little as the rest allows.
  std::optional<std::map<std::string, std::string>> match(std::string_view uri) const;

 private:
  struct Part {
    std::string literal;   ///< before the variable
    std::string variable;  ///< empty in the last part
    char kind = ' ';       ///< ' ', '+' or '#'
  };
  struct Match;
  bool match_from(std::size_t part, std::string_view uri, Match& match) const;
  std::vector<Part> parts_;
};

}  // namespace rampart::server
