#include "policy/outcome_window.hpp"

#include <gtest/gtest.h>

namespace rampart::policy {
namespace {
using std::chrono::seconds;

TEST(OutcomeWindow, ForgetsBucketByBucket) {
  OutcomeWindow window(seconds(30), 3);
  base::Steady::time_point const start{seconds(1'000)};
  window.add(false, start);
  window.add(true, start + seconds(10));
  window.add(true, start + seconds(20));
  EXPECT_EQ(window.counts(start + seconds(29)).total(), 3u);
  EXPECT_EQ(window.counts(start + seconds(30)).failures, 0u);
  EXPECT_EQ(window.counts(start + seconds(30)).successes, 2u);
  EXPECT_EQ(window.counts(start + seconds(49)).successes, 1u);
  EXPECT_EQ(window.counts(start + seconds(50)).total(), 0u);
  window.add(true, start + seconds(100'000));
  EXPECT_EQ(window.counts(start + seconds(100'000)).total(), 1u);
}

TEST(OutcomeWindow, TimeThatGoesBackwardsStandsStill) {
  OutcomeWindow window(seconds(30), 3);
  window.add(true, base::Steady::time_point(seconds(1'000)));
  window.add(true, base::Steady::time_point(seconds(1)));
  EXPECT_EQ(window.counts(base::Steady::time_point(seconds(1'000))).total(), 2u);
}

}  // namespace
}  // namespace rampart::policy
