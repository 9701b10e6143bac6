// ${VARIABLES} in the texts of an upstream, as MCP clients know them.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rampart/error.hpp"

namespace rampart::config {

struct Expanded {
  std::string text;
  std::vector<std::pair<std::string, std::string>> variables;  ///< names and what they stood for
};

/// ${NAME} is the variable's value, ${NAME:-text} the text where it is unset or empty, $${ a plain
/// ${. Errors: invalid_params naming a variable that is not set, or what is no name.
Result<Expanded> expand(std::string_view text,
                        std::map<std::string, std::string> const& environment);

}  // namespace rampart::config
