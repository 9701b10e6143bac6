// What is measured about Redis; only a process that uses one has these families.
#pragma once
#include <array>

#include "base/metrics.hpp"

namespace rampart::base {

/// Values of `command` of mcp_redis_command_duration_seconds.
enum class RedisCommand { get, set };
/// Values of `reason` of mcp_redis_errors_total.
enum class RedisError { deadline, connection, refused, overload };

/// Thread-safe. All series stand at 0 from the start.
class RedisMetrics {
 public:
  explicit RedisMetrics(Metrics& metrics);

  Gauge& up;
  Counter& reconnects;
  void answered(RedisCommand command, std::chrono::nanoseconds after) {
    durations_[static_cast<std::size_t>(command)]->observe(after);
  }
  void failed(RedisError reason) { errors_[static_cast<std::size_t>(reason)]->add(); }

 private:
  std::array<Histogram*, 2> durations_;
  std::array<Counter*, 4> errors_;
};

}  // namespace rampart::base
