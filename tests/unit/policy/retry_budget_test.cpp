#include "policy/retry_budget.hpp"

#include <gtest/gtest.h>

namespace rampart::policy {
namespace {
using std::chrono::seconds;

struct Budget : ::testing::Test {
  base::Steady::time_point now{seconds(1'000)};
  RetryBudget::Options options;
  int retries(RetryBudget& budget) {
    int count = 0;
    while (count < 10'000 && budget.try_retry(now)) ++count;
    return count;
  }
};

TEST_F(Budget, AFifthOfTheRequestsMayBeRetried) {
  options.per_second = 0;
  RetryBudget budget(options, now);
  retries(budget);
  for (int i = 0; i < 100; ++i) budget.on_request(now);
  EXPECT_EQ(retries(budget), 20);
}

TEST_F(Budget, AFewASecondAreThereWithoutRequests) {
  RetryBudget budget(options, now);
  EXPECT_EQ(retries(budget), 2);
  now += seconds(3);
  EXPECT_EQ(retries(budget), 6);
  EXPECT_EQ(retries(budget), 0);
}

TEST_F(Budget, WhatIsSavedIsBounded) {
  RetryBudget budget(options, now);
  for (int i = 0; i < 100'000; ++i) budget.on_request(now);
  now += seconds(100'000);
  EXPECT_EQ(retries(budget), 100);
}

TEST_F(Budget, WhenEverythingFailsTheUpstreamGetsAFifthMoreAndNotTwiceAsMuch) {
  RetryBudget budget(options, now);
  int sent = 0;
  for (int i = 0; i < 10'000; ++i) {  // 100 requests a second, each fails
    now += std::chrono::milliseconds(10);
    budget.on_request(now);
    ++sent;
    if (budget.try_retry(now)) ++sent;
  }
  EXPECT_GE(sent, 12'000);
  EXPECT_LE(sent, 12'000 + 2 * 100 + 10);
}

TEST_F(Budget, NonsenseIsClamped) {
  options.ratio = -1;
  options.per_second = -1;
  options.max_saved = -1;
  RetryBudget budget(options, now);
  EXPECT_EQ(retries(budget), 1);
  now += seconds(10);
  budget.on_request(now);
  EXPECT_EQ(retries(budget), 0);
}

}  // namespace
}  // namespace rampart::policy
