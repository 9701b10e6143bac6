// docs/metrics.md says what a scrape says, with and without upstreams.
#include "base/metrics_docs.hpp"

#include <gtest/gtest.h>

#include "unit/base/metrics_golden.hpp"
#include "upstream/meters.hpp"

namespace rampart::upstream {
namespace {

TEST(MetricsDocs, DescribeEveryFamily) {
  base::Metrics metrics;
  MeterFamilies const families(metrics);
  rampart::testing::expect_golden(__FILE__, "docs/metrics.md", base::metrics_markdown(metrics));
}

}  // namespace
}  // namespace rampart::upstream
