// CPU, memory, descriptors and disk of this process, read from the kernel at each scrape.
#pragma once
#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "base/metrics.hpp"

namespace rampart::base {

struct ProcessSample {
  double cpu_seconds = 0;  ///< user and system, all threads
  double resident_bytes = 0;
  double open_fds = 0;
  double max_fds = 0;          ///< the soft limit
  double disk_free_bytes = 0;  ///< what this user may still write beside the working directory
  double disk_size_bytes = 0;
};
/// What cannot be read stays 0.
ProcessSample sample_process();
/// Seconds since the epoch at which this process was started, as the kernel tells it.
double process_start_time();

class ProcessMetrics {
 public:
  /// Scrapes closer together than this share one CPU figure, so two scrapers do not spoil each
  /// other's.
  static constexpr std::chrono::milliseconds min_interval{1000};

  /// Both outlive every scrape, and so must this.
  ProcessMetrics(Metrics& metrics, Clock const& clock, std::string version);
  ProcessMetrics(ProcessMetrics const&) = delete;
  ProcessMetrics& operator=(ProcessMetrics const&) = delete;

 private:
  void sample();

  Clock const& clock_;
  Steady::time_point last_at_;
  double last_cpu_ = 0;
  Gauge cpu_seconds_;  // read by callback, for a counter of our own holds whole numbers only
  Gauge& resident_;
  Gauge& memory_;
  Gauge& cpu_percent_;
  Gauge& open_fds_;
  Gauge& max_fds_;
  Gauge& disk_free_;
  Gauge& disk_size_;
};

}  // namespace rampart::base
