#include "runtime/loop_threads.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

namespace rampart::runtime {
namespace {

std::size_t cpus_by_affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace

std::size_t cpus_by_quota(std::string const& cpu_max, std::size_t affinity) {
  std::istringstream in(cpu_max);
  double quota = 0, period = 0;
  if (!(in >> quota >> period) || quota <= 0 || period <= 0) return affinity;  // "max 100000"
  auto const cpus = std::ceil(quota / period);
  return cpus < static_cast<double>(affinity) ? static_cast<std::size_t>(cpus) : affinity;
}

std::size_t usable_cpus() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string line;
  std::getline(file, line);
  return cpus_by_quota(line, cpus_by_affinity());
}

LoopThreads::LoopThreads(std::size_t count, base::Clock const& clock) {
  for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<async::Loop>(clock));
}

LoopThreads::~LoopThreads() { stop(); }

void LoopThreads::start(std::function<void(async::Watchdog::Held const&)> held) {
  for (auto& loop : loops_) threads_.emplace_back([&loop = *loop] { loop.run(); });
  if (held) watchdog_.emplace(loops(), std::move(held));
}

void LoopThreads::stop() {
  watchdog_.reset();
  for (auto& loop : loops_) loop->stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

std::vector<async::Loop*> LoopThreads::loops() const {
  std::vector<async::Loop*> out;
  for (auto const& loop : loops_) out.push_back(loop.get());
  return out;
}

std::function<void(async::Watchdog::Held const&)> held_loop_reporter(base::Logger const& log) {
  return [log](async::Watchdog::Held const& held) {
    log.warning(
        "loop_held",
        {{"tool", held.by.empty() ? "unknown" : held.by},
         {"held_ms", held.since.count()},
         {"advice", "code on the event loop must not block: leave .quick() away, or await"}});
  };
}

}  // namespace rampart::runtime
