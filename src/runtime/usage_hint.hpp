// What somebody who got the command line wrong probably meant.
#pragma once
#include <string>
#include <vector>

namespace rampart::runtime {

/// A line that says how to mend it, or nothing. `arguments` without the program's name.
std::string usage_hint(std::vector<std::string> const& arguments);

}  // namespace rampart::runtime
