#include "base/metrics.hpp"

#include <stdexcept>
#include <utility>

#include "base/prometheus_text.hpp"

namespace rampart::base {

// Series whose values are read at the scrape.
class Metrics::Callback final : public FamilyBase {
 public:
  using FamilyBase::FamilyBase;
  void add(std::vector<std::string> labels, std::function<double()> read) {
    std::lock_guard const lock(mutex_);
    series_[std::move(labels)] = std::move(read);
  }
  std::vector<SeriesSnapshot> collect() const override {
    std::lock_guard const lock(mutex_);
    std::vector<SeriesSnapshot> all;
    for (auto const& [labels, read] : series_) {
      all.emplace_back();
      all.back().labels = labels;
      all.back().value = read();
    }
    return all;
  }

 private:
  std::map<Key, std::function<double()>> series_;
};

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

template <class F>
F& Metrics::keep(std::unique_ptr<F> family) {
  auto& kept = *family;
  std::lock_guard const lock(mutex_);
  auto const [at, added] = families_.try_emplace(kept.spec().name, std::move(family));
  if (!added) throw std::logic_error("metric registered twice: " + at->first);
  return kept;
}

Family<Counter>& Metrics::counters(FamilySpec spec) {
  return keep(std::make_unique<Family<Counter>>(MetricType::counter, std::move(spec)));
}
Family<Gauge>& Metrics::gauges(FamilySpec spec) {
  return keep(std::make_unique<Family<Gauge>>(MetricType::gauge, std::move(spec)));
}
Family<Histogram>& Metrics::histograms(FamilySpec spec) {
  return keep(std::make_unique<Family<Histogram>>(MetricType::histogram, std::move(spec)));
}

Counter& Metrics::counter(std::string name, std::string help) {
  FamilySpec spec;
  spec.name = std::move(name);
  spec.help = std::move(help);
  return counters(std::move(spec)).with({});
}
Gauge& Metrics::gauge(std::string name, std::string help) {
  FamilySpec spec;
  spec.name = std::move(name);
  spec.help = std::move(help);
  return gauges(std::move(spec)).with({});
}

void Metrics::callback(MetricType type, FamilySpec spec, std::vector<std::string> label_values,
                       std::function<double()> read) {
  if (type == MetricType::histogram || label_values.size() != spec.labels.size()) {
    throw std::logic_error(spec.name + ": not a series that can be read at the scrape");
  }
  keep(std::make_unique<Callback>(type, std::move(spec)))
      .add(std::move(label_values), std::move(read));
}

void Metrics::before_scrape(std::function<void()> prepare) {
  std::lock_guard const lock(mutex_);
  prepare_.push_back(std::move(prepare));
}

void Metrics::prepare() const {
  std::vector<std::function<void()>> all;
  {
    std::lock_guard const lock(mutex_);
    all = prepare_;
  }
  std::lock_guard const one_scrape(scrape_);
  for (auto const& function : all) function();
}

std::vector<FamilyBase const*> Metrics::families() const {
  std::lock_guard const lock(mutex_);
  std::vector<FamilyBase const*> all;
  for (auto const& [name, family] : families_) all.push_back(family.get());
  return all;
}

std::string Metrics::text() const {
  prepare();
  std::string out;
  for (auto const* family : families()) append_family(out, *family);
  return out;
}

}  // namespace rampart::base
