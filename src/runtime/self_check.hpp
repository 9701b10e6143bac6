// The background work of a serving process, once a second on a loop: readiness checks, idle
// sessions.
#pragma once
#include <memory>

#include "runtime/engine.hpp"
#include "runtime/fronting.hpp"
#include "runtime/readiness.hpp"

namespace rampart::runtime {

class SelfCheck {
 public:
  static constexpr std::chrono::milliseconds interval{1'000};

  SelfCheck(async::Loop& loop, Engine& engine, config::Config const& config, Readiness& readiness,
            base::McpMetrics& metrics);
  /// On the loop.
  void start();
  /// Asked as well, unless null. Set before start().
  Fronting const* upstreams = nullptr;

 private:
  void run();
  void check_dispatcher();

  async::Loop& loop_;
  Engine& engine_;
  Readiness& readiness_;
  base::Gauge& servers_up_;
  async::Deadline again_;
};

}  // namespace rampart::runtime
