// `rampart wrap -- COMMAND…`: one upstream, described by its command line.
#pragma once
#include <string>
#include <vector>

#include "config/upstream.hpp"

namespace rampart::runtime {

/// `name` may be empty: then it is guessed from the command. `environment`: NAME or NAME=VALUE.
config::Upstream wrapped_upstream(std::vector<std::string> const& command, std::string name,
                                  std::vector<std::string> const& environment);

/// What a person would call the server: `server-everything` for `npx -y
/// @scope/server-everything@1.2`.
std::string name_of_command(std::vector<std::string> const& command);

}  // namespace rampart::runtime
