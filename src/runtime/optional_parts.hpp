// What a serving process has only if its configuration asks for it: Redis, upstreams.
#pragma once
#include <memory>

#include "process/spawner.hpp"
#include "runtime/engine.hpp"
#include "runtime/fronting.hpp"
#include "runtime/loop_threads.hpp"
#include "runtime/redis_cache.hpp"

namespace rampart::runtime {

/// What has to be there before the first thread, because it forks. null without upstreams.
using Spawning = std::unique_ptr<process::Spawner>;

/// null without a URL.
std::unique_ptr<RedisCache> make_redis(config::Config const& config, Observability& observability,
                                       Readiness& readiness, Engine& engine,
                                       LoopThreads const& threads);

/// null without upstreams.
std::unique_ptr<Fronting> make_fronting(Server& server, config::Config const& config,
                                        Observability& observability, Engine& engine,
                                        Spawning const& spawner, async::Loop& loop,
                                        bool one_client);

}  // namespace rampart::runtime
