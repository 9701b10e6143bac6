// "Did you mean": the known name that takes the fewest edits.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace rampart::config {

/// `; did you mean "port"?`, or "" when nothing is near.
std::string suggestion(std::string_view name, std::vector<std::string> const& known);

}  // namespace rampart::config
