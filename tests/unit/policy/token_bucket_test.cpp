#include "policy/token_bucket.hpp"

#include <gtest/gtest.h>

namespace rampart::policy {
namespace {
using namespace std::chrono_literals;

base::Steady::time_point const start(1000h);

TEST(TokenBucket, GivesItsCapacityAtOnceAndNotOneMore) {
  TokenBucket bucket(BucketRate(3, 10));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.take(start), std::nullopt);
  EXPECT_EQ(bucket.take(start), 100ms);
  EXPECT_EQ(bucket.take(start), 100ms) << "a refusal takes nothing";
}

TEST(TokenBucket, GivesATokenAfterExactlyTheTimeItNamed) {
  for (double rate : {0.3, 1.0, 3.0, 7.0, 999.0}) {
    TokenBucket bucket(BucketRate(1, rate));
    auto now = start;
    EXPECT_EQ(bucket.take(now), std::nullopt);
    for (int i = 0; i < 50; ++i) {
      auto wait = bucket.take(now);
      ASSERT_TRUE(wait);
      EXPECT_NE(bucket.take(now + *wait - 1ns), std::nullopt);
      now += *wait;
      EXPECT_EQ(bucket.take(now), std::nullopt) << rate;
    }
  }
}

TEST(TokenBucket, RefillsToItsCapacityAndNoFurther) {
  TokenBucket bucket(BucketRate(2, 1));
  EXPECT_EQ(bucket.take(start, 2), std::nullopt);
  EXPECT_FALSE(bucket.is_full(start + 1999ms));
  EXPECT_TRUE(bucket.is_full(start + 2s));
  EXPECT_EQ(bucket.take(start + 1h, 2), std::nullopt);
  EXPECT_EQ(bucket.take(start + 1h), 1s);
}

TEST(TokenBucket, CountsACostAboveItsCapacityAsItsCapacity) {
  TokenBucket bucket(BucketRate(5, 1));
  EXPECT_EQ(bucket.take(start, 6), std::nullopt);
  EXPECT_EQ(bucket.take(start, 6), 5s);
  EXPECT_EQ(bucket.take(start, 0), std::nullopt);
}

TEST(TokenBucket, GivesNothingForTimeThatRunsBackwards) {
  TokenBucket bucket(BucketRate(1, 1));
  EXPECT_EQ(bucket.take(start), std::nullopt);
  EXPECT_EQ(bucket.take(start - 10s), 11s);
  EXPECT_EQ(bucket.take(start + 1s), std::nullopt);
}

TEST(TokenBucket, ClampsRatesBeyondItsBounds) {
  TokenBucket never(BucketRate(1, 0));
  EXPECT_EQ(never.take(start), std::nullopt);
  EXPECT_LE(*never.take(start), 1h);
  EXPECT_EQ(BucketRate(4'000'000'000u, 0).capacity(), BucketRate::max_capacity);
  TokenBucket largest(BucketRate(4'000'000'000u, 0));
  EXPECT_EQ(largest.take(start, BucketRate::max_capacity), std::nullopt);
  EXPECT_NE(largest.take(start), std::nullopt);
}

}  // namespace
}  // namespace rampart::policy
