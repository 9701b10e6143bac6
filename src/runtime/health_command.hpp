// `health`: the probe that a container engine runs.
#pragma once
#include <cstdint>
#include <string>

namespace rampart::runtime {

/// Asks /health, or /ready, and prints the answer. 0 for status 200, else 1. At most 5 seconds.
/// `url` is http://host[:port][/path]; empty means this machine and `port`.
int health_command(std::string const& url, std::uint64_t port, bool ready);

}  // namespace rampart::runtime
