#include "base/redis_metrics.hpp"

namespace rampart::base {
namespace {
// Around the tenth of a millisecond of a near one, up to the longest deadline that makes sense.
std::vector<double> buckets() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1};
}
}  // namespace

RedisMetrics::RedisMetrics(Metrics& metrics)
    : up(metrics.gauge("mcp_redis_up", "1 while Redis is used, 0 while it is bypassed")),
      reconnects(metrics.counter("mcp_redis_reconnects_total",
                                 "Connections to Redis that were opened after the first")) {
  auto& durations = metrics.histograms({"mcp_redis_command_duration_seconds",
                                        "Time from a command to Redis's answer",
                                        {{"command", "what was asked", {"get", "set"}}},
                                        10,
                                        buckets()});
  durations_ = {&durations.with({"get"}), &durations.with({"set"})};
  auto& errors = metrics.counters({"mcp_redis_errors_total",
                                   "Commands without a useful answer",
                                   {{"reason",
                                     "the time limit passed, the connection was lost, Redis "
                                     "refused, or too many were under way",
                                     {"deadline", "connection", "refused", "overload"}}}});
  errors_ = {&errors.with({"deadline"}), &errors.with({"connection"}), &errors.with({"refused"}),
             &errors.with({"overload"})};
}

}  // namespace rampart::base
