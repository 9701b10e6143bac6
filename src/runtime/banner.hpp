// What a person sees first: what is served where, and the command to try it.
#pragma once
#include <cstdint>
#include <string>

#include "config/config.hpp"
#include "rampart/server.hpp"

namespace rampart::runtime {

std::string banner_text(Server& server, config::Config const& config, std::uint16_t port,
                        std::uint16_t metrics_port);
/// To standard error.
void print_banner(Server& server, config::Config const& config, std::uint16_t port,
                  std::uint16_t metrics_port);

}  // namespace rampart::runtime
