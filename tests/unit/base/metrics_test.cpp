#include "base/metrics.hpp"

#include <gmock/gmock.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <thread>

#include "base/metrics_collectable.hpp"
#include "base/prometheus_text.hpp"

namespace rampart::base {
namespace {
using std::chrono::microseconds;
using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

FamilySpec spec(std::string name, std::vector<Label> labels = {}) {
  return FamilySpec{std::move(name), "Help", std::move(labels)};
}

TEST(Metrics, ACounterAddsUpOverThreads) {
  Metrics metrics;
  auto& counter = metrics.counter("hits_total", "Help");
  std::vector<std::thread> threads;
  for (int t = 0; t < 20; ++t) {  // more than there are stripes
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) counter.add();
    });
  }
  for (auto& thread : threads) thread.join();
  counter.add(5);
  EXPECT_EQ(counter.value(), 20'005u);
}

TEST(Metrics, AGaugeGoesUpAndDown) {
  Metrics metrics;
  auto& gauge = metrics.gauge("open", "Help");
  gauge.set(3);
  gauge.add(-1.5);
  EXPECT_EQ(gauge.value(), 1.5);
}

TEST(Metrics, AnObservationOnABoundBelongsToItsBucket) {
  Metrics metrics;
  auto family = spec("t_seconds");
  family.buckets = {0.001, 0.01};
  auto& histogram = metrics.histograms(family).with({});
  histogram.observe(milliseconds(1));
  histogram.observe(microseconds(1001));
  histogram.observe(milliseconds(20));
  histogram.observe(milliseconds(-5));
  EXPECT_EQ(metrics.text(),
            "# HELP t_seconds Help\n# TYPE t_seconds histogram\n"
            "t_seconds_bucket{le=\"0.001\"} 2\nt_seconds_bucket{le=\"0.01\"} 3\n"
            "t_seconds_bucket{le=\"+Inf\"} 4\nt_seconds_sum 0.022001\nt_seconds_count 4\n");
}

TEST(Metrics, TheSameLabelsAreTheSameSeries) {
  Metrics metrics;
  auto& family = metrics.counters(spec("c_total", {Label{"a", "doc"}}));
  EXPECT_EQ(&family.with({"x"}), &family.with({"x"}));
  EXPECT_NE(&family.with({"x"}), &family.with({"y"}));
}

TEST(Metrics, AHiddenSeriesIsNotScrapedAndComesBackWhenItIsAskedFor) {
  Metrics metrics;
  auto& gauges = metrics.gauges({"g", "Gauges", {{"server", "which"}}});
  auto& counters = metrics.counters({"c", "Counters", {{"server", "which"}}});
  auto& gone = gauges.with({"gone"});
  gone.set(5);
  counters.with({"gone"}).add(5);
  gauges.with({"stays"}).set(6);
  auto const is_gone = [](std::vector<std::string> const& labels) { return labels[0] == "gone"; };
  gauges.hide(is_gone);
  counters.hide(is_gone);
  EXPECT_EQ(metrics.text().find("gone"), std::string::npos);
  EXPECT_NE(metrics.text().find("g{server=\"stays\"} 6\n"), std::string::npos);
  gone.set(7);  // whoever still holds it does no harm
  EXPECT_EQ(metrics.text().find("gone"), std::string::npos);
  gauges.hide(is_gone);
  EXPECT_EQ(&gauges.with({"gone"}), &gone);
  counters.with({"gone"});
  EXPECT_NE(metrics.text().find("g{server=\"gone\"} 0\n"), std::string::npos);
  EXPECT_NE(metrics.text().find("c{server=\"gone\"} 5\n"), std::string::npos);
}

TEST(Metrics, AValueOutsideAClosedSetIsOther) {
  Metrics metrics;
  auto& family = metrics.counters(spec("c_total", {Label{"a", "doc", {"x", "y"}}}));
  family.with({"evil"}).add();
  family.with({"worse"}).add();
  EXPECT_THAT(metrics.text(), AllOf(HasSubstr("c_total{a=\"other\"} 2\n"), Not(HasSubstr("evil"))));
}

TEST(Metrics, AnOpenLabelIsBounded) {
  Metrics metrics;
  Label label{"a", "doc"};
  label.max_values = 2;
  auto& family = metrics.counters(spec("c_total", {label, Label{"b", "doc", {"1"}}}));
  for (auto const* value : {"x", "y", "z", "x"}) family.with({value, "1"}).add();
  EXPECT_THAT(metrics.text(),
              AllOf(HasSubstr("c_total{a=\"x\",b=\"1\"} 2\n"),
                    HasSubstr("c_total{a=\"other\",b=\"1\"} 1\n"), Not(HasSubstr("\"z\""))));
}

TEST(Metrics, AFamilyIsBounded) {
  Metrics metrics;
  auto family_spec = spec("c_total", {Label{"a", "doc"}, Label{"b", "doc", {"1", "2"}}});
  family_spec.max_series = 2;
  auto& family = metrics.counters(family_spec);
  for (auto const* value : {"x", "y", "z", "w"}) family.with({value, "1"}).add();
  family.with({"v", "2"}).add();
  EXPECT_EQ(family.collect().size(), 4u);  // x, y, and `other` for each value of b
  EXPECT_THAT(metrics.text(), AllOf(HasSubstr("{a=\"other\",b=\"1\"} 2\n"),
                                    HasSubstr("{a=\"other\",b=\"2\"} 1\n")));
}

TEST(Metrics, LabelValuesThatAreTooLongOrNotUtf8AreOther) {
  Metrics metrics;
  auto& family = metrics.counters(spec("c_total", {Label{"a", "doc"}}));
  family.with({std::string(129, 'x')}).add();
  family.with({"\xff"}).add();
  EXPECT_THAT(metrics.text(), HasSubstr("c_total{a=\"other\"} 2\n"));
}

TEST(Metrics, EscapesLabelValuesAndHelp) {
  Metrics metrics;
  FamilySpec escaped{"c_total", "one\\two\nthree", {Label{"a", "doc"}}};
  metrics.counters(escaped).with({"q\"b\\n\nl"}).add();
  EXPECT_EQ(metrics.text(),
            "# HELP c_total one\\\\two\\nthree\n# TYPE c_total "
            "counter\nc_total{a=\"q\\\"b\\\\n\\nl\"} 1\n");
}

TEST(Metrics, WritesNumbersAsPrometheusReadsThem) {
  EXPECT_EQ(sample_value(5), "5");
  EXPECT_EQ(sample_value(100000), "100000");
  EXPECT_EQ(sample_value(0.25), "0.25");
  EXPECT_EQ(sample_value(-1.5), "-1.5");
  EXPECT_EQ(sample_value(0.0001), "0.0001");
  EXPECT_EQ(sample_value(1e-7), "1e-07");
  EXPECT_EQ(sample_value(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(sample_value(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(sample_value(NAN), "NaN");
}

TEST(Metrics, ACallbackIsReadAtEachScrape) {
  Metrics metrics;
  double value = 1;
  metrics.callback(MetricType::gauge, spec("g", {Label{"a", "doc"}}), {"x"}, [&] { return value; });
  EXPECT_THAT(metrics.text(), HasSubstr("g{a=\"x\"} 1\n"));
  value = 2;
  EXPECT_THAT(metrics.text(), HasSubstr("g{a=\"x\"} 2\n"));
}

TEST(Metrics, PreparesEachScrape) {
  Metrics metrics;
  auto& gauge = metrics.gauge("scrapes", "Help");
  metrics.before_scrape([&] { gauge.add(1); });
  metrics.text();
  EXPECT_THAT(metrics.text(), HasSubstr("scrapes 2\n"));
}

TEST(Metrics, RefusesWhatCannotBeExposed) {
  Metrics metrics;
  metrics.counter("a_total", "Help");
  EXPECT_THROW(metrics.counter("a_total", "Help"), std::logic_error);
  EXPECT_THROW(metrics.counter("1a", "Help"), std::logic_error);
  EXPECT_THROW(metrics.counter("b_total", ""), std::logic_error);
  EXPECT_THROW(metrics.counters(spec("c_total", {Label{"le", "doc"}})), std::logic_error);
  EXPECT_THROW(metrics.counters(spec("d_total", {Label{"__x", "doc"}})), std::logic_error);
  auto& family = metrics.counters(spec("e_total", {Label{"a", "doc"}}));
  EXPECT_THROW(family.with({"x", "y"}), std::logic_error);
  auto falling = spec("f_seconds");
  falling.buckets = {2, 1};
  EXPECT_THROW(metrics.histograms(falling), std::logic_error);
}

TEST(Metrics, PrometheusCppExposesTheSame) {
  Metrics metrics;
  metrics.counters(spec("c_total", {Label{"a", "doc"}})).with({"x"}).add(7);
  metrics.gauge("g", "Help").set(2.5);
  auto family = spec("t_seconds");
  family.buckets = {0.5};
  metrics.histograms(family).with({}).observe(milliseconds(250));
  auto const text = prometheus::TextSerializer().Serialize(MetricsCollectable(metrics).Collect());
  EXPECT_THAT(text,
              AllOf(HasSubstr("c_total{a=\"x\"} 7"), HasSubstr("g 2.5"),
                    HasSubstr("t_seconds_count 1"), HasSubstr("t_seconds_bucket{le=\"0.5\"} 1"),
                    HasSubstr("t_seconds_bucket{le=\"+Inf\"} 1")));
}

}  // namespace
}  // namespace rampart::base
