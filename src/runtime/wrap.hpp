// `rampart wrap -- COMMAND…` or `rampart wrap URL`: one upstream, described on the command line.
#pragma once
#include <string>
#include <vector>

#include "config/upstream.hpp"
#include "rampart/error.hpp"

namespace rampart::runtime {

/// `command`: a command and its arguments, or a URL. `name` may be empty: then it is guessed from
/// that. `environment`: NAME or NAME=VALUE. config::broken_rule says whether it makes sense.
config::Upstream wrapped_upstream(std::vector<std::string> const& command, std::string name,
                                  std::vector<std::string> const& environment);

/// A mistake of whoever typed it, rather than a failure to wait for: a rule that is broken, a
/// program that there is not. In the message also how to mend it.
Result<void> check_wrapped(config::Upstream const& upstream);

/// What a person would call the server: `server-everything` for `npx -y
/// @scope/server-everything@1.2`.
std::string name_of_command(std::vector<std::string> const& command);

}  // namespace rampart::runtime
