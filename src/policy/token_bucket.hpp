// A token bucket as a value: time is an argument. It keeps one point in time, when it will be full
// again, in whole nanoseconds (GCRA, ITU-T I.371), so that waiting as long as it says always
// suffices.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace rampart::policy {

/// How many tokens a bucket holds and how fast they come back. Values beyond the bounds are
/// clamped.
class BucketRate {
 public:
  static constexpr std::uint32_t max_capacity = 1'000'000;  // tokens
  static constexpr double slowest = 1.0 / 3600;             // tokens a second: one an hour
  static constexpr double fastest = 1e9;                    // tokens a second

  BucketRate(std::uint32_t capacity, double tokens_per_second)
      : capacity_(std::clamp(capacity, 1u, max_capacity)),
        per_token_(
            static_cast<std::int64_t>(1e9 / std::clamp(tokens_per_second, slowest, fastest))) {}

  std::uint32_t capacity() const { return capacity_; }
  std::chrono::nanoseconds time_for(std::uint32_t tokens) const {
    return per_token_ * static_cast<std::int64_t>(tokens);
  }

 private:
  std::uint32_t capacity_;
  std::chrono::nanoseconds per_token_;
};

/// Full at first. Not thread-safe.
class TokenBucket {
 public:
  explicit TokenBucket(BucketRate rate) : rate_(rate) {}

  /// Takes `cost` tokens and returns nullopt, or takes none and says after what time they will be
  /// there. A cost above the capacity counts as the capacity, for it could never be paid.
  std::optional<base::Steady::duration> take(base::Steady::time_point now, std::uint32_t cost = 1) {
    auto would_be_full_at =
        std::max(full_at_, now) + rate_.time_for(std::min(cost, rate_.capacity()));
    auto latest = now + rate_.time_for(rate_.capacity());
    if (would_be_full_at > latest) return would_be_full_at - latest;
    full_at_ = would_be_full_at;
    return std::nullopt;
  }

  /// A full bucket says nothing about the past: forgetting it changes nothing.
  bool is_full(base::Steady::time_point now) const { return full_at_ <= now; }

 private:
  BucketRate rate_;
  base::Steady::time_point full_at_ = base::Steady::time_point::min();
};

}  // namespace rampart::policy
