// What /ready says: the state of each dependency, found out in the background so that a probe never
// waits.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>

#include "base/clock.hpp"

namespace rampart::runtime {

enum class Check { redis, mcp_servers, disk_space };
inline constexpr std::array<Check, 3> all_checks{Check::redis, Check::mcp_servers,
                                                 Check::disk_space};
std::string_view name(Check check);

/// Thread-safe.
class Readiness {
 public:
  explicit Readiness(base::Clock const& clock) : clock_(clock) {}

  /// An optional check that fails makes the answer `degraded`; a required one makes it 503.
  void set_required(Check check, bool required);
  void set_result(Check check, bool ok);
  /// A result older than this counts as false: who finds it out is stuck. Zero (at first): never.
  void set_longest_valid(Check check, std::chrono::milliseconds age);
  bool ok(Check check) const;
  /// Something optional that has no check of its own is away.
  void set_degraded(bool degraded) { degraded_ = degraded; }
  /// From now on not ready, whatever the checks say.
  void drain() { draining_ = true; }
  bool draining() const { return draining_; }

  struct Answer {
    int status;  ///< 200 or 503
    std::string json;
  };
  Answer ready() const;
  /// Liveness: never looks at a dependency.
  Answer health() const;

 private:
  enum class State { no_result, ok, failed };
  struct Entry {
    bool required = true;
    State state = State::no_result;
    base::Steady::time_point at = {};
    std::chrono::milliseconds longest_valid{0};
  };
  bool holds(Entry const& entry) const;  // with mutex_ held
  base::Clock const& clock_;
  mutable std::mutex mutex_;
  std::array<Entry, all_checks.size()> entries_;
  std::atomic<bool> draining_ = false;
  std::atomic<bool> degraded_ = false;
};

}  // namespace rampart::runtime
