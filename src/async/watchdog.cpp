#include "async/watchdog.hpp"

namespace rampart::async {

Watchdog::Watchdog(std::vector<Loop*> loops, std::function<void(Held const&)> report)
    : loops_(std::move(loops)),
      report_(std::move(report)),
      reported_(loops_.size()),
      thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
  {
    std::lock_guard const lock(mutex_);
    ending_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, limit / 2, [this] { return ending_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

void Watchdog::look() {
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    auto const& occupation = loops_[i]->occupation();
    if (!occupation.has_beaten()) continue;
    auto const beat = occupation.last_beat();
    auto const since = base::Steady::now() - beat - sweep_interval;
    if (since < limit || reported_[i] == beat) continue;
    auto by = occupation.name();
    if (by.empty() && since < unknown_limit) continue;
    reported_[i] = beat;
    report_(Held{std::move(by), std::chrono::duration_cast<std::chrono::milliseconds>(since)});
  }
}

}  // namespace rampart::async
