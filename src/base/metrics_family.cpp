// Families: label folding, bounds, and snapshots of their series.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/metrics.hpp"
#include "base/prometheus_text.hpp"
#include "base/utf8.hpp"

namespace rampart::base {
namespace {

constexpr std::size_t max_label_bytes = 128;

bool contains(std::vector<std::string> const& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

void check_names(FamilySpec const& spec) {
  if (!is_metric_name(spec.name)) throw std::logic_error("not a metric name: " + spec.name);
  if (spec.help.empty()) throw std::logic_error("metric without help text: " + spec.name);
  for (auto const& label : spec.labels) {
    if (!is_label_name(label.name)) throw std::logic_error("not a label name: " + label.name);
  }
}

std::vector<std::int64_t> to_nanoseconds(std::vector<double> const& seconds) {
  std::vector<std::int64_t> bounds;
  for (double const bound : seconds) bounds.push_back(std::llround(bound * 1e9));
  if (!std::is_sorted(bounds.begin(), bounds.end())) throw std::logic_error("buckets must rise");
  return bounds;
}

SeriesSnapshot snapshot(Counter const& counter, std::size_t) {
  SeriesSnapshot s;
  s.value = static_cast<double>(counter.value());
  return s;
}
SeriesSnapshot snapshot(Gauge const& gauge, std::size_t) {
  SeriesSnapshot s;
  s.value = gauge.value();
  return s;
}
SeriesSnapshot snapshot(Histogram const& histogram, std::size_t bounds) {
  SeriesSnapshot s;
  s.sum = histogram.sum_seconds();
  std::uint64_t total = 0;
  for (std::size_t bucket = 0; bucket <= bounds; ++bucket) {
    total += histogram.in_bucket(bucket);
    s.cumulative.push_back(total);
  }
  return s;
}

}  // namespace

std::uint64_t Histogram::count() const {
  std::uint64_t total = 0;
  for (std::size_t bucket = 0; bucket <= bounds_.size(); ++bucket) total += in_bucket(bucket);
  return total;
}

std::string_view to_string(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return "counter";
    case MetricType::gauge:
      return "gauge";
    case MetricType::histogram:
      return "histogram";
  }
  return "untyped";
}

FamilyBase::FamilyBase(MetricType type, FamilySpec spec)
    : type_(type), spec_(std::move(spec)), seen_(spec_.labels.size()) {
  check_names(spec_);
}

FamilyBase::Key FamilyBase::fold(std::span<std::string_view const> values) {
  if (values.size() != spec_.labels.size()) {
    throw std::logic_error(spec_.name + ": wrong number of label values");
  }
  Key key;
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto const& label = spec_.labels[i];
    auto const value = values[i];
    bool known = contains(label.values, value) || contains(seen_[i], value);
    bool const open = label.values.empty();
    if (!known && open && value != other_label && seen_[i].size() < label.max_values &&
        value.size() <= max_label_bytes && is_utf8(value)) {
      seen_[i].emplace_back(value);
      known = true;
    }
    key.emplace_back(known ? value : other_label);
  }
  return key;
}

void FamilyBase::fold_open(Key& key) const {
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (spec_.labels[i].values.empty()) key[i] = other_label;
  }
}

template <class T>
Family<T>::Family(MetricType type, FamilySpec spec)
    : FamilyBase(type, std::move(spec)), bounds_(to_nanoseconds(this->spec().buckets)) {
  if (this->spec().labels.empty()) with({});
}

template <class T>
std::unique_ptr<T> Family<T>::make() const {
  if constexpr (std::is_same_v<T, Histogram>) {
    return std::make_unique<Histogram>(bounds_);
  } else {
    return std::make_unique<T>();
  }
}

template <class T>
T& Family<T>::with(std::span<std::string_view const> values) {
  std::lock_guard const lock(mutex_);
  auto key = fold(values);
  if (auto const found = series_.find(key); found != series_.end()) {
    hidden_.erase(key);
    return *found->second;
  }
  if (series_.size() >= spec().max_series) fold_open(key);
  auto& series = series_[std::move(key)];
  if (!series) series = make();
  return *series;
}

template <class T>
void Family<T>::hide(std::function<bool(std::vector<std::string> const&)> const& which) {
  std::lock_guard const lock(mutex_);
  for (auto const& [key, series] : series_) {
    if (!which(key)) continue;
    hidden_.insert(key);
    if constexpr (std::is_same_v<T, Gauge>) series->set(0);
  }
}

template <class T>
std::vector<SeriesSnapshot> Family<T>::collect() const {
  std::lock_guard const lock(mutex_);
  std::vector<SeriesSnapshot> all;
  all.reserve(series_.size());
  for (auto const& [key, series] : series_) {
    if (hidden_.contains(key)) continue;
    all.push_back(snapshot(*series, bounds_.size()));
    all.back().labels = key;
  }
  return all;
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

}  // namespace rampart::base
