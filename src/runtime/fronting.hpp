// The upstreams of a serving process with all they need: what is to be started, asked and stopped.
#pragma once
#include <atomic>
#include <memory>

#include "async/gate.hpp"
#include "config/config.hpp"
#include "gateway/gateway.hpp"
#include "rampart/server.hpp"
#include "runtime/observability.hpp"
#include "runtime/upstream_links.hpp"

namespace rampart::runtime {

class Fronting {
 public:
  /// `one_client`: this process serves nobody else (stdio), so an upstream may keep what it says.
  /// Throws std::system_error when no process can be started at all.
  Fronting(Server& server, config::Config const& config, Observability& observability,
           process::Spawner& spawner, async::Loop& loop, bool one_client);

  /// On the loop, like everything of the gateway.
  void start();
  /// Any thread: what the configuration says now.
  void reload(config::Config const& config);
  /// Any thread; done() tells when the last child is gone.
  void stop();
  bool done() const { return done_; }
  /// Any thread.
  bool ready() const { return gateway_.ready(); }
  bool degraded() const { return gateway_.degraded(); }
  /// Clients watch this resource, or no longer. Any thread.
  void watch(std::string const& uri, bool wanted);
  /// The roots of this client are others now. Any thread.
  void roots_changed(upstream::Caller caller);
  /// Opens when the upstreams have told what they offer.
  async::Gate& opening() { return opening_; }
  /// Called on the loop when it opens, or at once. On the loop.
  void when_open(std::function<void()> then);

 private:
  async::Loop& loop_;
  bool const one_client_;
  UpstreamLinks links_;
  upstream::MeterFamilies meters_;
  gateway::Gateway gateway_;
  async::Gate opening_;
  std::function<void()> then_;
  std::atomic<bool> done_ = false;
};

}  // namespace rampart::runtime
