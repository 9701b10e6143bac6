#include "policy/backoff.hpp"

#include "policy/jitter.hpp"

namespace rampart::policy {

std::optional<base::Steady::duration> Backoff::next(base::Steady::time_point now,
                                                    base::Steady::time_point deadline,
                                                    std::uint64_t random) {
  if (attempt_ >= options_.attempts) return std::nullopt;
  auto const longest = doubled(options_.min, attempt_ - 1, options_.max);
  auto const wait = share_of(longest, fraction_of(random));
  if (wait >= deadline - now) return std::nullopt;
  ++attempt_;
  return wait;
}

}  // namespace rampart::policy
