// An orderly end, step by step: what a draining process waits for, and how long.
#pragma once
#include <chrono>
#include <functional>

#include "runtime/fronting.hpp"
#include "runtime/redis_cache.hpp"
#include "runtime/signals.hpp"
#include "server/session.hpp"

namespace rampart::runtime {

/// After the drain's timeout: how long cancelled calls may take to be answered and logged.
inline constexpr std::chrono::milliseconds last_words{1'000};

/// Streams end, and with them the calls whose questions nobody can answer any more.
void end_sessions(server::Sessions& sessions);

/// Waits until `done` (true) or the time is up; another termination ends the process here.
bool wait_for(SignalWait& signals, std::chrono::milliseconds limit,
              std::function<bool()> const& done);

/// Children end after the calls they served. null: there are none.
void end_upstreams(Fronting* fronting, SignalWait& signals);

/// After the last call, which may have put something there. null: there is no Redis.
void end_redis(RedisCache* redis, SignalWait& signals);

}  // namespace rampart::runtime
