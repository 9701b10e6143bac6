// How many calls of the last minutes succeeded and failed, counted in buckets of equal length: what
// falls out of the window is forgotten bucket by bucket, and memory does not depend on the traffic.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/clock.hpp"

namespace rampart::policy {

/// Not thread-safe. Time that goes backwards counts as standing still.
class OutcomeWindow {
 public:
  struct Counts {
    std::uint64_t successes = 0;
    std::uint64_t failures = 0;
    std::uint64_t total() const { return successes + failures; }
    double failure_rate() const {
      return total() == 0 ? 0.0 : static_cast<double>(failures) / static_cast<double>(total());
    }
  };

  OutcomeWindow(base::Steady::duration length, std::size_t buckets)
      : buckets_(std::max<std::size_t>(buckets, 1)),
        bucket_length_(std::max(length / static_cast<std::int64_t>(buckets_.size()),
                                base::Steady::duration(1))) {}

  void add(bool success, base::Steady::time_point now) {
    forget(now);
    auto& bucket = buckets_[static_cast<std::size_t>(newest_ % size())];
    ++(success ? bucket.successes : bucket.failures);
  }

  Counts counts(base::Steady::time_point now) const {
    auto const oldest = std::max(number(now), newest_) - size() + 1;
    Counts sum;
    for (auto at = std::max<std::int64_t>(oldest, 0); at <= newest_; ++at) {
      auto const& bucket = buckets_[static_cast<std::size_t>(at % size())];
      sum.successes += bucket.successes;
      sum.failures += bucket.failures;
    }
    return sum;
  }

  void clear() { std::fill(buckets_.begin(), buckets_.end(), Counts()); }

 private:
  std::int64_t number(base::Steady::time_point at) const {
    return std::max<std::int64_t>(at.time_since_epoch() / bucket_length_, 0);
  }
  std::int64_t size() const { return static_cast<std::int64_t>(buckets_.size()); }
  void forget(base::Steady::time_point now) {
    auto const current = number(now);
    if (current <= newest_) return;
    if (current - newest_ >= size()) clear();
    for (auto at = std::max(newest_ + 1, current - size() + 1); at <= current; ++at)
      buckets_[static_cast<std::size_t>(at % size())] = Counts();
    newest_ = current;
  }

  std::vector<Counts> buckets_;
  base::Steady::duration bucket_length_;
  std::int64_t newest_ = 0;  // number of the bucket that counts now
};

}  // namespace rampart::policy
