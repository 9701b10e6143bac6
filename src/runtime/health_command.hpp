// `health`: the probe that a container engine runs.
#pragma once
#include <string>

#include "config/config.hpp"

namespace rampart::runtime {

/// Asks /health, or /ready, and prints the answer. 0 for status 200, else 1. At most 5 seconds.
/// `url` is http://host[:port][/path]; empty means where `server` listens.
int health_command(std::string const& url, config::Config::Server const& server, bool ready);

}  // namespace rampart::runtime
