// One circuit with its series: an upstream's, or that of a tool with a circuit of its own. Loop
// thread only.
#pragma once
#include <optional>
#include <string>

#include "async/loop.hpp"
#include "config/upstream.hpp"
#include "policy/circuit_breaker.hpp"
#include "upstream/meters.hpp"

namespace rampart::upstream {

class Circuit {
 public:
  using Admission = policy::CircuitBreaker::Admission;
  using Outcome = policy::CircuitBreaker::Outcome;

  /// `name`: of its series, and in circuit-breaker://stats.
  Circuit(async::Loop& loop, MeterFamilies& families, std::string name,
          config::Upstream::Breaker const& config);

  std::string const& name() const { return meters_.name(); }
  policy::CircuitBreaker::Stats stats() const { return breaker_.stats(loop_.now()); }
  /// While it is open: when the next attempt may be made.
  std::optional<std::chrono::milliseconds> closed_to_calls_for() const;
  Admission try_acquire();
  /// The end of an admitted call; see CircuitBreaker::record.
  void record(Admission const& admission, Outcome outcome, std::uint64_t group = 0);
  /// A call was refused.
  void blocked();
  /// Brings the gauges up to date; old failures leave the window as time passes.
  void show();

 private:
  async::Loop& loop_;
  CircuitMeters meters_;
  policy::CircuitBreaker breaker_;
  async::Deadline due_;  ///< the time at which an open one is half open
};

}  // namespace rampart::upstream
