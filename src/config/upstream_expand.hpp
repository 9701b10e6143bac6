// ${VARIABLES} in the texts of an upstream, as MCP clients know them.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rampart/error.hpp"

namespace rampart::config {

struct Expanded {
  std::string text;
  std::vector<std::string> secrets;  ///< parts of it that must not be shown
};

/// Of a file that a text names (bytes).
inline constexpr std::size_t max_expanded_file = 65'536;

/// ${NAME} is the variable's value, ${NAME:-text} the text where it is unset or empty, ${file:PATH}
/// what is in the file, without the line's end, as container platforms mount secrets; $${ is a
/// plain ${. Errors: invalid_params naming a variable that is not set, what is no name, or a file
/// that cannot be read, is empty, or is longer than max_expanded_file.
Result<Expanded> expand(std::string_view text,
                        std::map<std::string, std::string> const& environment);

}  // namespace rampart::config
