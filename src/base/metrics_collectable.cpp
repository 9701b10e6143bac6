#include "base/metrics_collectable.hpp"

#include <prometheus/metric_family.h>

#include <limits>

namespace rampart::base {
namespace {

prometheus::MetricType type_of(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return prometheus::MetricType::Counter;
    case MetricType::gauge:
      return prometheus::MetricType::Gauge;
    case MetricType::histogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric metric_of(FamilyBase const& family, SeriesSnapshot const& series) {
  prometheus::ClientMetric metric;
  auto const& spec = family.spec();
  for (std::size_t i = 0; i < spec.labels.size(); ++i) {
    metric.label.push_back({spec.labels[i].name, series.labels[i]});
  }
  metric.counter.value = metric.gauge.value = series.value;
  if (family.type() != MetricType::histogram) return metric;
  metric.histogram.sample_count = series.cumulative.back();
  metric.histogram.sample_sum = series.sum;
  for (std::size_t i = 0; i < series.cumulative.size(); ++i) {
    bool const last = i == spec.buckets.size();
    metric.histogram.bucket.push_back(
        {series.cumulative[i], last ? std::numeric_limits<double>::infinity() : spec.buckets[i]});
  }
  return metric;
}

}  // namespace

std::vector<prometheus::MetricFamily> MetricsCollectable::Collect() const {
  metrics_.prepare();
  std::vector<prometheus::MetricFamily> all;
  for (auto const* family : metrics_.families()) {
    prometheus::MetricFamily out;
    out.name = family->spec().name;
    out.help = family->spec().help;
    out.type = type_of(family->type());
    for (auto const& series : family->collect()) out.metric.push_back(metric_of(*family, series));
    all.push_back(std::move(out));
  }
  return all;
}

}  // namespace rampart::base
