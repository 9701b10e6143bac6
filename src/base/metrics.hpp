// Metric families, and the handles that the request path adds to. Handles are resolved when
// something is registered and live as long as the registry; adding takes no lock. Thread-safe.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics_cells.hpp"

namespace rampart::base {

/// Goes up only.
class Counter {
 public:
  void add(std::uint64_t n = 1) { cells_.mine()[0].fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return cells_.sum(0); }

 private:
  StripedCells cells_{1};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double change) { value_.fetch_add(change, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// Durations, exposed in seconds.
class Histogram {
 public:
  /// `bounds`: upper bounds in nanoseconds, rising; +Inf is implied. Must outlive the histogram.
  explicit Histogram(std::span<std::int64_t const> bounds)
      : bounds_(bounds), cells_(bounds.size() + 2) {}

  void observe(std::chrono::nanoseconds duration) {
    auto const ns = duration.count() < 0 ? 0 : duration.count();
    std::size_t bucket = 0;
    while (bucket < bounds_.size() && ns > bounds_[bucket]) ++bucket;
    auto* const cells = cells_.mine();
    cells[bucket].fetch_add(1, std::memory_order_relaxed);
    cells[bounds_.size() + 1].fetch_add(static_cast<std::uint64_t>(ns), std::memory_order_relaxed);
  }
  /// Observations of one bucket alone; index bounds.size() is +Inf.
  std::uint64_t in_bucket(std::size_t bucket) const { return cells_.sum(bucket); }
  double sum_seconds() const { return static_cast<double>(cells_.sum(bounds_.size() + 1)) / 1e9; }
  std::uint64_t count() const;

 private:
  std::span<std::int64_t const> bounds_;
  StripedCells cells_;
};

enum class MetricType { counter, gauge, histogram };
std::string_view to_string(MetricType type);

/// Where values from outside cannot be trusted to be few: what does not fit becomes this.
inline constexpr std::string_view other_label = "other";

struct Label {
  std::string name;
  std::string doc;
  std::vector<std::string> values = {};  ///< the closed set of values; empty = open
  std::size_t max_values = 100;          ///< of an open label; further ones fold into `other`
};

struct FamilySpec {
  std::string name;
  std::string help;
  std::vector<Label> labels = {};
  std::size_t max_series = 1000;     ///< beyond it every open label becomes `other`
  std::vector<double> buckets = {};  ///< histograms only: upper bounds in seconds
};

/// One series as a scrape sees it.
struct SeriesSnapshot {
  std::vector<std::string> labels;        ///< values, in the order of the family's labels
  double value = 0;                       ///< of a counter or gauge
  std::vector<std::uint64_t> cumulative;  ///< of a histogram; the last is +Inf and the count
  double sum = 0;
};

class FamilyBase {
 public:
  FamilyBase(MetricType type, FamilySpec spec);
  virtual ~FamilyBase() = default;
  FamilyBase(FamilyBase const&) = delete;
  FamilyBase& operator=(FamilyBase const&) = delete;

  MetricType type() const { return type_; }
  FamilySpec const& spec() const { return spec_; }
  /// Sorted by label values.
  virtual std::vector<SeriesSnapshot> collect() const = 0;

 protected:
  using Key = std::vector<std::string>;
  /// The key under which values are kept, folded as the spec says. Under mutex_.
  Key fold(std::span<std::string_view const> values);
  void fold_open(Key& key) const;

  mutable std::mutex mutex_;

 private:
  MetricType const type_;
  FamilySpec const spec_;
  std::vector<std::vector<std::string>> seen_;  // values of each open label
};

template <class T>
class Family final : public FamilyBase {
 public:
  Family(MetricType type, FamilySpec spec);
  /// The series with these label values, made at 0 when new. Takes a lock: call it when something
  /// is registered, never for each request.
  T& with(std::span<std::string_view const> values);
  T& with(std::initializer_list<std::string_view> values) {
    return with(std::span(values.begin(), values.size()));
  }
  /// Takes those series out of what is scraped for whose label values `which` is true. Their
  /// handles stay good, and with() brings a series back: a gauge at 0, others where they were.
  void hide(std::function<bool(std::vector<std::string> const& labels)> const& which);
  std::vector<SeriesSnapshot> collect() const override;

 private:
  std::unique_ptr<T> make() const;
  std::vector<std::int64_t> bounds_;
  std::map<Key, std::unique_ptr<T>> series_;
  std::set<Key> hidden_;
};

/// Owns every family. Registering the same name twice or an invalid name throws std::logic_error.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(Metrics const&) = delete;
  Metrics& operator=(Metrics const&) = delete;

  Family<Counter>& counters(FamilySpec spec);
  Family<Gauge>& gauges(FamilySpec spec);
  Family<Histogram>& histograms(FamilySpec spec);
  /// Families without labels: the one series.
  Counter& counter(std::string name, std::string help);
  Gauge& gauge(std::string name, std::string help);
  /// A series whose value is read at each scrape, on the scraping thread. Not for histograms.
  void callback(MetricType type, FamilySpec spec, std::vector<std::string> label_values,
                std::function<double()> read);
  /// Runs at the start of each scrape, in order of registration.
  void before_scrape(std::function<void()> prepare);

  /// Prometheus text format 0.0.4, families sorted by name.
  std::string text() const;
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";
  /// For the generated docs: families sorted by name.
  std::vector<FamilyBase const*> families() const;
  /// What text() does first; for other exporters.
  void prepare() const;

 private:
  class Callback;
  template <class F>
  F& keep(std::unique_ptr<F> family);

  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<FamilyBase>> families_;
  std::vector<std::function<void()>> prepare_;
  mutable std::mutex scrape_;  // one scrape at a time: prepare functions need no lock of their own
};

}  // namespace rampart::base
