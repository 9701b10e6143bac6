// Texts by key, bounded in bytes, entries and age; the least recently used goes first.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace rampart::policy {

/// Thread-safe. Values are shared: one stays whole for who holds it, whatever the cache does.
class MemoryCache {
 public:
  using Value = std::shared_ptr<std::string const>;
  struct Options {
    std::size_t max_bytes = 64 << 20;  ///< keys, values and entry_overhead for each
    std::size_t max_entries = 10000;   ///< entries
    base::Steady::duration ttl = std::chrono::minutes(5);
    std::size_t shards = 8;  ///< locks; each guards its share of bytes and entries
  };
  struct Stats {
    std::size_t entries = 0, bytes = 0;
    std::uint64_t hits = 0, misses = 0;
    std::uint64_t evicted = 0;  ///< dropped for want of room
    std::uint64_t expired = 0;  ///< found too old
  };
  struct Life {
    base::Steady::duration fresh;  ///< how long it is as good as new
    base::Steady::duration stale{
        0};  ///< how much longer it is kept, for who can do with an old one
  };
  struct Found {
    Value value;  ///< null when there is none
    base::Steady::duration age{0};
    base::Steady::duration left{0};  ///< of its freshness; not positive: it is stale for so long
    bool fresh() const { return value && left > base::Steady::duration::zero(); }
  };
  /// What an entry takes besides its key and value: nodes, pointers, counts (bytes, estimated).
  static constexpr std::size_t entry_overhead = 200;

  explicit MemoryCache(Options options);
  ~MemoryCache();

  Found find(std::string_view key, base::Steady::time_point now);

  /// Replaces what was there. False, and nothing is kept under `key`, when the entry is larger than
  /// a shard's share of max_bytes or its life is not positive. Without `life` it is fresh for the
  /// TTL of the options.
  bool put(std::string key, Value value, base::Steady::time_point now,
           std::optional<Life> life = std::nullopt);

  bool erase(std::string_view key);
  void clear();
  Stats stats() const;

 private:
  struct Shard;
  Shard& shard_of(std::string_view key) const;
  Options const options_;
  std::unique_ptr<Shard[]> shards_;
};

}  // namespace rampart::policy
