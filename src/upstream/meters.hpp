// What is measured about each upstream: the families, registered once, and one upstream's series.
#pragma once
#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/metrics.hpp"

namespace rampart::upstream {

/// Label values, in these orders.
enum class HealthStatus { success, error, timeout };
enum class RestartReason { exit, unhealthy, recycle, failed_start };

/// Thread-safe. One a process; outlives every Meters.
class MeterFamilies {
 public:
  explicit MeterFamilies(base::Metrics& metrics);
  /// Nothing of this upstream is scraped any more; new Meters of its name bring it back.
  void forget(std::string const& upstream);
  void forget_circuit(std::string const& name);

 private:
  friend class Meters;
  friend class CircuitMeters;
  base::Family<base::Gauge>& availability_;
  base::Family<base::Gauge>& consecutive_failures_;
  base::Family<base::Counter>& health_checks_;
  base::Family<base::Histogram>& response_time_;
  base::Family<base::Gauge>& up_;
  base::Family<base::Gauge>& children_;
  base::Family<base::Counter>& restarts_;
  base::Family<base::Gauge>& resident_;
  base::Family<base::Gauge>& queue_;
  base::Family<base::Gauge>& in_flight_;
  base::Family<base::Gauge>& limit_;
  base::Family<base::Counter>& retries_;
  base::Family<base::Gauge>& circuit_state_;
  base::Family<base::Gauge>& circuit_failure_rate_;
  base::Family<base::Counter>& circuit_requests_;
};

/// One upstream's series, all at 0 from the start. Loop thread.
class Meters {
 public:
  Meters(MeterFamilies& families, std::string_view upstream);

  base::Gauge& availability;
  base::Gauge& consecutive_failures;
  base::Gauge& up;
  base::Gauge& children;
  base::Gauge& resident_bytes;
  base::Gauge& queue;
  base::Gauge& in_flight;
  base::Gauge& limit;
  base::Counter& retries;

  void health_check(HealthStatus status) {
    health_checks_[static_cast<std::size_t>(status)]->add();
  }
  void restart(RestartReason reason) { restarts_[static_cast<std::size_t>(reason)]->add(); }
  /// `method` is one of the protocol's, so there are few.
  void response_time(std::string_view method, std::chrono::nanoseconds took);

 private:
  MeterFamilies& families_;
  std::string const upstream_;
  std::array<base::Counter*, 3> health_checks_;
  std::array<base::Counter*, 4> restarts_;
  std::map<std::string, base::Histogram*, std::less<>> response_times_;
};

/// One circuit's series, all at 0 from the start. Loop thread.
class CircuitMeters {
 public:
  CircuitMeters(MeterFamilies& families, std::string name);

  std::string const& name() const { return name_; }
  base::Gauge& state;
  base::Gauge& failure_rate;
  /// `outcome` is success, failure or blocked; `state` as CircuitBreaker::State names it.
  void request(std::string_view state, std::string_view outcome);

 private:
  std::string const name_;
  std::map<std::string, base::Counter*, std::less<>> requests_;
};

}  // namespace rampart::upstream
