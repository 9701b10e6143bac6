#include "policy/service_time.hpp"

#include <algorithm>

namespace rampart::policy {

void ServiceTime::add(base::Steady::duration took) {
  took = std::max(took, base::Steady::duration::zero());
  average_ = known_ ? average_ + (took - average_) / 8 : took;
  known_ = true;
}

// Places become free one after the other, evenly spread over a call's time. A first guess that is
// too short only means that somebody waits in vain.
base::Steady::duration ServiceTime::wait(std::size_t before, std::size_t at_once) const {
  auto const places = static_cast<double>(std::max<std::size_t>(at_once, 1));
  auto const turns = static_cast<double>(before) / places;
  return base::Steady::duration(
      static_cast<base::Steady::rep>(static_cast<double>(average_.count()) * turns));
}

std::chrono::milliseconds ServiceTime::retry_after(std::size_t waiting, std::size_t at_once) const {
  auto const all = std::chrono::ceil<std::chrono::milliseconds>(wait(waiting + 1, at_once));
  return std::clamp(all, shortest_retry_after, longest_retry_after);
}

}  // namespace rampart::policy
