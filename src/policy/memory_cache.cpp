#include "policy/memory_cache.hpp"

#include <algorithm>
#include <functional>
#include <mutex>

#include "policy/lru.hpp"

namespace rampart::policy {
namespace {
using base::Steady;

struct Cached {
  MemoryCache::Value value;
  Steady::time_point since, stale_from, expires;
};
using Entries = Lru<Cached>;

std::size_t cost(std::string const& key, std::string const& value) {
  return key.size() + value.size() + MemoryCache::entry_overhead;
}

MemoryCache::Options sane(MemoryCache::Options options) {
  options.max_entries = std::max<std::size_t>(options.max_entries, 1);
  options.shards = std::clamp<std::size_t>(options.shards, 1, options.max_entries);
  return options;
}

// A very long life must not wrap around.
Steady::time_point after(Steady::time_point now, Steady::duration ttl) {
  return ttl < Steady::time_point::max() - now ? now + ttl : Steady::time_point::max();
}
}  // namespace

// Its functions run with its mutex held.
struct MemoryCache::Shard {
  Entries::Place drop(Entries::Place place) {
    counted.bytes -= cost(place->key, *place->value.value);
    return entries.erase(place);
  }

  std::mutex mutex;
  Entries entries;
  Stats counted;  // all but the number of entries
};

MemoryCache::MemoryCache(Options options)
    : options_(sane(options)), shards_(std::make_unique<Shard[]>(options_.shards)) {}
MemoryCache::~MemoryCache() = default;

MemoryCache::Shard& MemoryCache::shard_of(std::string_view key) const {
  return shards_[std::hash<std::string_view>()(key) % options_.shards];
}

MemoryCache::Found MemoryCache::find(std::string_view key, Steady::time_point now) {
  Shard& shard = shard_of(key);
  std::lock_guard lock(shard.mutex);
  auto* entry = shard.entries.use(key);
  if (entry && now < entry->value.expires) {
    ++shard.counted.hits;
    auto const& cached = entry->value;
    return {cached.value, now - cached.since, cached.stale_from - now};
  }
  ++shard.counted.misses;
  if (entry) {
    ++shard.counted.expired;
    shard.drop(shard.entries.begin());
  }
  return {};
}

bool MemoryCache::put(std::string key, Value value, Steady::time_point now,
                      std::optional<Life> life) {
  std::size_t const max_bytes = options_.max_bytes / options_.shards;
  std::size_t const max_entries = options_.max_entries / options_.shards;
  auto const [fresh, stale] = life.value_or(Life{options_.ttl});
  std::size_t const needed = cost(key, *value);
  Shard& shard = shard_of(key);
  std::lock_guard lock(shard.mutex);
  if (auto old = shard.entries.find(key); old != shard.entries.end()) shard.drop(old);
  if (needed > max_bytes || fresh <= Steady::duration::zero()) return false;
  while (shard.entries.size() >= max_entries || shard.counted.bytes + needed > max_bytes) {
    shard.drop(shard.entries.oldest());
    ++shard.counted.evicted;
  }
  auto const stale_from = after(now, fresh);
  shard.entries.insert(std::move(key),
                       {std::move(value), now, stale_from, after(stale_from, stale)});
  shard.counted.bytes += needed;
  return true;
}

bool MemoryCache::erase(std::string_view key) {
  Shard& shard = shard_of(key);
  std::lock_guard lock(shard.mutex);
  auto place = shard.entries.find(key);
  if (place == shard.entries.end()) return false;
  shard.drop(place);
  return true;
}

void MemoryCache::clear() {
  for (std::size_t i = 0; i < options_.shards; ++i) {
    std::lock_guard lock(shards_[i].mutex);
    shards_[i].entries.clear();
    shards_[i].counted.bytes = 0;
  }
}

MemoryCache::Stats MemoryCache::stats() const {
  Stats sum;
  for (std::size_t i = 0; i < options_.shards; ++i) {
    std::lock_guard lock(shards_[i].mutex);
    Stats const& counted = shards_[i].counted;
    sum.entries += shards_[i].entries.size();
    sum.bytes += counted.bytes;
    sum.hits += counted.hits;
    sum.misses += counted.misses;
    sum.evicted += counted.evicted;
    sum.expired += counted.expired;
  }
  return sum;
}

}  // namespace rampart::policy
