// A server in production form: listeners, loops, background work, and an orderly end.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "config/load.hpp"
#include "rampart/server.hpp"

namespace rampart::runtime {

enum class Mode { http, stdio };

/// Reads all sources again, for SIGHUP.
using Reload = std::function<Result<config::Loaded>()>;

/// Serves until a signal, or in stdio mode until the input ends. Returns the process's exit status.
/// What goes wrong at start is logged with a reason that names the key to change, and gives 1.
int serve(Server& server, config::Loaded const& loaded, Mode mode, Reload const& reload);

}  // namespace rampart::runtime
