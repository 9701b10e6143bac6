#include "policy/rate_limiter.hpp"

#include <algorithm>
#include <functional>
#include <mutex>
#include <string>

#include "policy/lru.hpp"
#include "policy/token_bucket.hpp"

namespace rampart::policy {
namespace {
// How many of the longest unused buckets are looked at for a full one.
constexpr int eviction_candidates = 8;

RateLimiter::Options sane(RateLimiter::Options options) {
  options.max_identities = std::max<std::size_t>(options.max_identities, 1);
  options.shards = std::clamp<std::size_t>(options.shards, 1, options.max_identities);
  return options;
}

void evict_one(Lru<TokenBucket>& buckets, base::Steady::time_point now) {
  auto place = buckets.oldest();
  for (int seen = 0; seen < eviction_candidates; ++seen, --place) {
    if (place->value.is_full(now)) {
      buckets.erase(place);
      return;
    }
    if (place == buckets.begin()) break;
  }
  buckets.erase(buckets.oldest());
}
}  // namespace

struct RateLimiter::Shard {
  std::mutex mutex;
  BucketRate rate{1, 1};
  Lru<TokenBucket> buckets;
};

RateLimiter::RateLimiter(Options options)
    : options_(sane(options)),
      off_(options_.capacity == 0),
      shard_bound_(options_.max_identities / options_.shards),
      shards_(std::make_unique<Shard[]>(options_.shards)) {
  for (std::size_t i = 0; i < options_.shards; ++i)
    shards_[i].rate = BucketRate(options_.capacity, options_.tokens_per_second);
}
RateLimiter::~RateLimiter() = default;

void RateLimiter::set_rate(std::uint32_t capacity, double tokens_per_second) {
  std::lock_guard const alone(setting_);
  if (capacity == options_.capacity && tokens_per_second == options_.tokens_per_second) return;
  options_.capacity = capacity;
  options_.tokens_per_second = tokens_per_second;
  for (std::size_t i = 0; i < options_.shards; ++i) {
    std::lock_guard const lock(shards_[i].mutex);
    shards_[i].rate = BucketRate(capacity, tokens_per_second);
    shards_[i].buckets.clear();
  }
  off_ = capacity == 0;
}

RateLimiter::Decision RateLimiter::take(std::string_view identity, base::Steady::time_point now,
                                        std::uint32_t cost) {
  if (off_.load(std::memory_order_relaxed)) return {};
  identity = identity.substr(0, max_identity_length);
  Shard& shard = shards_[std::hash<std::string_view>()(identity) % options_.shards];
  std::lock_guard lock(shard.mutex);
  auto* entry = shard.buckets.use(identity);
  if (!entry) {
    if (shard.buckets.size() >= shard_bound_) evict_one(shard.buckets, now);
    entry = &shard.buckets.insert(std::string(identity), TokenBucket(shard.rate));
  }
  auto wait = entry->value.take(now, cost);
  if (!wait) return {};
  return {false, std::chrono::ceil<std::chrono::milliseconds>(*wait)};
}

std::size_t RateLimiter::identities() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < options_.shards; ++i) {
    std::lock_guard lock(shards_[i].mutex);
    count += shards_[i].buckets.size();
  }
  return count;
}

}  // namespace rampart::policy
