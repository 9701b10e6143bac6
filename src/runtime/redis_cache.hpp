// The cache's second level: results in Redis, shared with other processes. What fails is counted
// and logged here, and costs nobody more than a command's time limit.
#pragma once
#include <array>
#include <atomic>

#include "config/config.hpp"
#include "redis/client.hpp"
#include "runtime/observability.hpp"
#include "runtime/readiness.hpp"
#include "server/shared_cache.hpp"

namespace rampart::runtime {

/// In front of each key in Redis.
inline constexpr std::string_view redis_key_prefix = "rampart:cache:";

class RedisCache final : public server::SharedCache {
 public:
  /// `config.redis.url` is set. Its state goes to `readiness`. Throws std::runtime_error naming the
  /// key to change.
  RedisCache(config::Config const& config, std::vector<async::Loop*> const& loops,
             Observability& observability, Readiness& readiness);

  void start() { client_.start(); }
  void stop() { client_.stop(); }
  bool done() const { return client_.done(); }

  bool up() const override { return client_.up(); }
  bool get(async::Loop& loop, std::string const& key, Done done) override;
  void put(async::Loop& loop, std::string const& key, std::string const& value,
           std::chrono::milliseconds ttl) override;

 private:
  struct Question;
  void answered(Question const& question, Result<redis::Reply> const& value);
  /// Counts and times; true when there is something to read.
  bool useful(base::RedisCommand command, base::Steady::time_point since,
              Result<redis::Reply> const& reply);
  void refused(base::RedisCommand command, std::string const& why);

  std::size_t const max_entry_bytes_;
  base::Logger const log_;
  base::Clock const& clock_;
  base::RedisMetrics metrics_;
  std::array<std::atomic<bool>, 2> told_;  // of each command's refusal, since Redis was last up
  redis::Client client_;
};

}  // namespace rampart::runtime
