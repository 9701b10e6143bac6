// Where the time comes from. Servers use the system's clock; tests use rampart::testing::FakeClock.
#pragma once
#include <chrono>

namespace rampart {

/// Thread-safe: every loop of a process asks the same one.
class Clock {
 public:
  virtual ~Clock() = default;
  /// For durations and deadlines.
  virtual std::chrono::steady_clock::time_point now() const = 0;
  /// For what leaves the process: timestamps and expiries.
  virtual std::chrono::system_clock::time_point wall() const = 0;
};

}  // namespace rampart
