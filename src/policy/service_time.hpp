// How long calls took of late, and what follows for those that wait behind others.
#pragma once
#include <chrono>
#include <cstddef>

#include "base/clock.hpp"

namespace rampart::policy {

/// A moving average in which a call's weight is an eighth.
class ServiceTime {
 public:
  static constexpr std::chrono::milliseconds shortest_retry_after{1'000};
  static constexpr std::chrono::milliseconds longest_retry_after{60'000};

  void add(base::Steady::duration took);
  /// Until one with `before` others in front of it is served; zero until a call has ended.
  base::Steady::duration wait(std::size_t before, std::size_t at_once) const;
  /// Until a queue of this length is empty, within the two bounds.
  std::chrono::milliseconds retry_after(std::size_t waiting, std::size_t at_once) const;

 private:
  base::Steady::duration average_{};
  bool known_ = false;
};

}  // namespace rampart::policy
