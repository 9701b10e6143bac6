// The event loops and the threads that run them.
#pragma once
#include <memory>
#include <thread>
#include <vector>

#include "async/loop.hpp"

namespace rampart::runtime {

class LoopThreads {
 public:
  LoopThreads(std::size_t count, base::Clock const& clock);
  /// Stops and joins.
  ~LoopThreads();
  void start();
  void stop();
  std::vector<async::Loop*> loops() const;
  async::Loop& first() const { return *loops_.front(); }

 private:
  std::vector<std::unique_ptr<async::Loop>> loops_;
  std::vector<std::thread> threads_;
};

/// CPUs this process may use: the affinity mask, bounded by the cgroup's CPU quota rounded up; at
/// least 1.
std::size_t usable_cpus();

}  // namespace rampart::runtime
