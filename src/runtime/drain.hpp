// An orderly end, step by step: what a draining process waits for, and how long.
#pragma once
#include <chrono>
#include <functional>

#include "runtime/engine.hpp"
#include "runtime/fronting.hpp"
#include "runtime/loop_threads.hpp"
#include "runtime/observability.hpp"
#include "runtime/redis_cache.hpp"
#include "runtime/signals.hpp"
#include "server/session.hpp"

namespace rampart::runtime {

/// Streams end, and with them the calls whose questions nobody can answer any more.
void end_sessions(server::Sessions& sessions);

/// Waits until `done` (true) or the time is up; another termination writes out the logs and ends
/// the process here.
bool wait_for(SignalWait& signals, Observability& observability, std::chrono::milliseconds limit,
              std::function<bool()> const& done);

/// The timeout is over: what still runs is cancelled, and has a second to be answered and logged.
void cancel_calls(Engine& engine, SignalWait& signals, Observability& observability);

/// What is behind the server. null: there are none, there is no Redis.
struct Behind {
  Fronting* fronting = nullptr;
  RedisCache* redis = nullptr;
};

/// Children end after the calls they served, Redis after the last call that may have put something
/// there; then the log is written out and the threads end. Not `clean`, calls were left: a handler
/// that does not listen to its stop token may still hold a worker, so the process ends here.
void end_process(bool clean, Behind behind, SignalWait& signals, Observability& observability,
                 LoopThreads& threads);

}  // namespace rampart::runtime
