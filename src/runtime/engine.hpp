// The protocol engine of one process: everything between a transport and the author's handlers. The
// only place, with production.cpp, that builds the graph.
#pragma once
#include <memory>

#include "config/config.hpp"
#include "policy/rate_limiter.hpp"
#include "rampart/server.hpp"
#include "runtime/observability.hpp"
#include "server/dispatcher.hpp"

namespace rampart::runtime {

class Engine {
 public:
  Engine(Server& server, config::Config const& config, Observability& observability);
  ~Engine();

  /// What may change while it serves: the rate limit.
  void take_up(config::Config const& config);

  server::Sessions sessions;
  server::Subscriptions subscriptions;
  async::WorkerPool workers;
  crypto::Sealer const sealer;
  server::ResultCache cache;
  policy::RateLimiter limiter;
  server::Pipeline pipeline;
  server::Dispatcher dispatcher;
};

}  // namespace rampart::runtime
