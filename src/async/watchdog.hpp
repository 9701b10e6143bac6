// Finds loops that somebody's code holds: a thread that looks whether each one still gets round to
// its sweep.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "async/loop.hpp"

namespace rampart::async {

class Watchdog {
 public:
  /// Beyond its ordinary pause between sweeps.
  static constexpr std::chrono::milliseconds limit{100};
  /// Where nobody's code is known to run: a machine that is short of CPU looks the same.
  static constexpr std::chrono::milliseconds unknown_limit{1'000};

  struct Held {
    std::string by;  ///< the tool; empty when it is not known
    std::chrono::milliseconds since{0};
  };
  /// `report` runs on the watchdog's thread, once for each time that a loop is held. `loops`
  /// outlive it.
  Watchdog(std::vector<Loop*> loops, std::function<void(Held const&)> report);
  ~Watchdog();

  /// Looks once; what the thread does every half limit. For tests.
  void look();

 private:
  void run();

  std::vector<Loop*> const loops_;
  std::function<void(Held const&)> const report_;
  std::vector<base::Steady::time_point> reported_;  ///< the beat after which each was reported last
  std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace rampart::async
