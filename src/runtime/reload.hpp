// SIGHUP: what a serving process takes up without a restart.
#pragma once
#include "runtime/engine.hpp"
#include "runtime/fronting.hpp"
#include "runtime/observability.hpp"
#include "runtime/production.hpp"

namespace rampart::runtime {

/// The audit's file is opened anew; the log level, the rate limit and what is fronted (`fronting`,
/// or null) become what the configuration says now. Other keys that differ from `started`'s are
/// named in the log: they need a restart. A configuration that is wrong changes nothing.
void re_read(Reload const& reload, config::Config const& started, Observability& observability,
             Engine& engine, Fronting* fronting);

}  // namespace rampart::runtime
