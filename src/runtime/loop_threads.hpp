// The event loops and the threads that run them.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "async/watchdog.hpp"
#include "base/log.hpp"

namespace rampart::runtime {

class LoopThreads {
 public:
  LoopThreads(std::size_t count, base::Clock const& clock);
  /// Stops and joins.
  ~LoopThreads();
  /// `held` hears of loops that somebody's code holds (see async::Watchdog); may be empty.
  void start(std::function<void(async::Watchdog::Held const&)> held = {});
  void stop();
  std::vector<async::Loop*> loops() const;
  async::Loop& first() const { return *loops_.front(); }

 private:
  std::vector<std::unique_ptr<async::Loop>> loops_;
  std::vector<std::thread> threads_;
  std::optional<async::Watchdog> watchdog_;
};

/// CPUs this process may use: the affinity mask, bounded by the cgroup's CPU quota rounded up; at
/// least 1.
std::size_t usable_cpus();
/// The same of these values: `cpu_max` as cgroup v2's cpu.max has it, "<quota> <period>" in
/// microseconds or "max <period>".
std::size_t cpus_by_quota(std::string const& cpu_max, std::size_t affinity);

/// Warns of a tool that is marked quick and is not, or a coroutine that blocks.
std::function<void(async::Watchdog::Held const&)> held_loop_reporter(base::Logger const& log);

}  // namespace rampart::runtime
