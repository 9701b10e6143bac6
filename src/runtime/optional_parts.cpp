#include "runtime/optional_parts.hpp"

namespace rampart::runtime {

std::unique_ptr<RedisCache> make_redis(config::Config const& config, Observability& observability,
                                       Readiness& readiness, Engine& engine,
                                       LoopThreads const& threads) {
  readiness.set_required(Check::redis, config.redis.required);
  if (config.redis.url.empty()) return nullptr;
  auto redis = std::make_unique<RedisCache>(config, threads.loops(), observability, readiness);
  engine.cache.share(*redis);
  return redis;
}

std::unique_ptr<Fronting> make_fronting(Server& server, config::Config const& config,
                                        Observability& observability, Engine& engine,
                                        Spawning const& spawner, async::Loop& loop,
                                        bool one_client) {
  if (config.upstreams.empty()) return nullptr;
  auto fronting =
      std::make_unique<Fronting>(server, config, observability, *spawner, loop, one_client);
  engine.subscriptions.on_interest = [fronting = fronting.get()](std::string const& uri,
                                                                 bool wanted) {
    fronting->watch(uri, wanted);
  };
  engine.dispatcher.on_roots_changed = [fronting = fronting.get()](server::Session const& session) {
    fronting->roots_changed({session.capabilities, session.principal, session.id});
  };
  return fronting;
}

}  // namespace rampart::runtime
