// Runs the commands for people: the loop and the links that the module client needs.
#pragma once
#include <string>

#include "runtime/client_arguments.hpp"

namespace rampart::runtime {

/// Returns the exit status (client/status.hpp).
int client_command(int argc, char const* const* argv, std::string const& version);

}  // namespace rampart::runtime
