// A parsed value back to minified text, appended to what a caller is rendering.
#pragma once
#include <string>

#include "rampart/json.hpp"

namespace rampart::json {

/// Members keep their order and duplicates. Integers are exact; a double prints as append_double.
void append_node(std::string& out, Node node);

}  // namespace rampart::json
