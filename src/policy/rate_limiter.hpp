// A token bucket for each identity, in a table that is bounded whatever the peers send.
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "base/clock.hpp"

namespace rampart::policy {

/// Thread-safe.
class RateLimiter {
 public:
  struct Options {
    std::uint32_t capacity = 0;    ///< tokens an identity may use at once; 0 = no limit at all
    double tokens_per_second = 0;  ///< how fast they come back
    std::size_t max_identities = 10000;  ///< buckets that are remembered at once
    std::size_t shards = 16;             ///< locks; each guards its share of the buckets
  };
  struct Decision {
    bool allowed = true;
    std::chrono::milliseconds retry_after{0};  ///< rounded up; 0 when allowed
  };
  /// Of an identity; those that differ only after it share a bucket (bytes).
  static constexpr std::size_t max_identity_length = 256;

  explicit RateLimiter(Options options);
  ~RateLimiter();

  /// Other values for Options::capacity and tokens_per_second from now on: every identity begins
  /// with a full bucket. Nothing happens where they are what they were.
  void set_rate(std::uint32_t capacity, double tokens_per_second);
  Decision take(std::string_view identity, base::Steady::time_point now, std::uint32_t cost = 1);

  /// Buckets remembered now; never above max_identities. Where there is no room, the bucket unused
  /// for longest goes, and a full one before others, for forgetting a full bucket changes nothing.
  std::size_t identities() const;

 private:
  struct Shard;
  Options options_;
  std::atomic<bool> off_;
  std::size_t const shard_bound_;
  std::unique_ptr<Shard[]> shards_;
  std::mutex setting_;
};

}  // namespace rampart::policy
