// Lets a program that already exposes metrics through prometheus-cpp expose ours with them.
#pragma once
#include <prometheus/collectable.h>

#include "base/metrics.hpp"

namespace rampart::base {

class MetricsCollectable final : public prometheus::Collectable {
 public:
  /// `metrics` outlives this.
  explicit MetricsCollectable(Metrics const& metrics) : metrics_(metrics) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Metrics const& metrics_;
};

}  // namespace rampart::base
