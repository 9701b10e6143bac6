// A whole production `main`.
#pragma once
#include "rampart/server.hpp"

namespace rampart {

/// Serves until SIGTERM or SIGINT (or, with --stdio, until standard input ends) and returns the
/// exit status.
///
///   server [serve] [--stdio] [--config FILE] [--KEY VALUE …]   serve; keys as in docs/config.md
///   server check …                                            validate and print the configuration
///   server health [--ready] [URL]                              probe a running server, for
///   containers
///
/// Errors in the arguments or the configuration are printed to standard error: exit status 2. What
/// cannot start (a taken port) is printed too: exit status 1.
int run(Server& server, int argc, char** argv);

}  // namespace rampart
