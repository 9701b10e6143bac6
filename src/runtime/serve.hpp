// The two ways to serve. Each returns the process's exit status after an orderly end, and throws
// when it cannot start.
#pragma once
#include "runtime/optional_parts.hpp"
#include "runtime/production.hpp"
#include "runtime/signals.hpp"

namespace rampart::runtime {

int serve_http(Server& server, config::Loaded const& loaded, Observability& observability,
               SignalWait& signals, Reload const& reload, Spawning const& spawner);
int serve_stdio(Server& server, config::Loaded const& loaded, Observability& observability,
                SignalWait& signals, Reload const& reload, Spawning const& spawner);

}  // namespace rampart::runtime
