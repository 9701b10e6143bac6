// What a server that does not start says: it has no log yet.
#pragma once
#include <string>

#include "config/config.hpp"

namespace rampart::runtime {

/// Says why on standard error and returns `status`: to people in words, else as the one line of the
/// log (`cannot_start`), for whoever collects the log reads nothing else. `config`: null when it
/// could not be read; LOG_FORMAT is looked at then.
int cannot_start(config::Config const* config, std::string const& reason, int status);

}  // namespace rampart::runtime
