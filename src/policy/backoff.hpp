// How long to wait before one call is tried again: exponential with full jitter, so that those who
// failed together do not come back together.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace rampart::policy {

/// The retries of one call.
class Backoff {
 public:
  struct Options {
    std::uint32_t attempts = 3;  ///< in all, the first one included; 0 and 1: no retry
    base::Steady::duration min = std::chrono::milliseconds(100);  ///< longest first wait
    base::Steady::duration max = std::chrono::milliseconds(2'000);
  };

  explicit Backoff(Options options) : options_(options) {}

  /// The wait before the next attempt: anything from 0 to min, 2 min, 4 min … max, as `random`
  /// (64 bits) has it. nullopt when no attempt is left, or none that would begin before `deadline`;
  /// then nothing is used up.
  std::optional<base::Steady::duration> next(base::Steady::time_point now,
                                             base::Steady::time_point deadline,
                                             std::uint64_t random);

  /// Attempts that began, as far as this knows: 1 before the first next().
  std::uint32_t attempt() const { return attempt_; }

 private:
  Options options_;
  std::uint32_t attempt_ = 1;
};

}  // namespace rampart::policy
