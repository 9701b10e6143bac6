#include "policy/rate_limiter.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

namespace rampart::policy {
namespace {
using namespace std::chrono_literals;

base::Steady::time_point const start(1000h);

RateLimiter::Options options(std::uint32_t capacity, double rate, std::size_t identities = 100) {
  return {capacity, rate, identities, 1};
}

TEST(RateLimiter, AllowsTheCapacityAndRefusesOneMore) {
  RateLimiter limiter(options(3, 2));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.take("alice", start).allowed);
  auto refused = limiter.take("alice", start);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_after, 500ms);
  EXPECT_FALSE(limiter.take("alice", start + 499ms).allowed);
  auto allowed = limiter.take("alice", start + 500ms);
  EXPECT_TRUE(allowed.allowed);
  EXPECT_EQ(allowed.retry_after, 0ms);
}

TEST(RateLimiter, CountsEachIdentityForItself) {
  RateLimiter limiter(options(1, 1));
  EXPECT_TRUE(limiter.take("alice", start).allowed);
  EXPECT_TRUE(limiter.take("bob", start).allowed);
  EXPECT_FALSE(limiter.take("alice", start).allowed);
  EXPECT_EQ(limiter.identities(), 2u);
}

TEST(RateLimiter, RoundsTheWaitUpToMilliseconds) {
  RateLimiter limiter(options(1, 3000));
  EXPECT_TRUE(limiter.take("alice", start).allowed);
  EXPECT_EQ(limiter.take("alice", start).retry_after, 1ms);
}

TEST(RateLimiter, IsOffWithCapacityZero) {
  RateLimiter limiter(options(0, 1));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(limiter.take("alice", start).allowed);
  EXPECT_EQ(limiter.identities(), 0u);
}

TEST(RateLimiter, RemembersAsManyIdentitiesAsItsBoundAndNotOneMore) {
  RateLimiter limiter(options(1, 0.001, 3));
  for (auto name : {"a", "b", "c"}) EXPECT_TRUE(limiter.take(name, start).allowed);
  EXPECT_EQ(limiter.identities(), 3u);
  for (auto name : {"a", "b", "c"}) EXPECT_FALSE(limiter.take(name, start).allowed);
  EXPECT_TRUE(limiter.take("d", start).allowed);
  EXPECT_EQ(limiter.identities(), 3u);
  EXPECT_FALSE(limiter.take("b", start).allowed) << "only the longest unused went";
  EXPECT_FALSE(limiter.take("c", start).allowed);
  EXPECT_TRUE(limiter.take("a", start).allowed) << "a was forgotten";
}

TEST(RateLimiter, ForgetsAFullBucketBeforeALongerUnusedOne) {
  RateLimiter limiter(options(10, 1, 2));
  EXPECT_TRUE(limiter.take("busy", start, 10).allowed);
  EXPECT_TRUE(limiter.take("idle", start, 1).allowed);
  auto later = start + 2s;  // idle is full again, busy has two tokens
  EXPECT_TRUE(limiter.take("new", later).allowed);
  EXPECT_FALSE(limiter.take("busy", later, 3).allowed);
}

TEST(RateLimiter, BoundsIdentitiesOverAllShardsAndTheirLength) {
  RateLimiter limiter({1, 1, 100, 16});
  for (int i = 0; i < 1000; ++i) limiter.take("id" + std::to_string(i), start);
  EXPECT_LE(limiter.identities(), 100u);
  EXPECT_GE(limiter.identities(), 80u);
  RateLimiter one(options(1, 1));
  std::string longest(RateLimiter::max_identity_length, 'x');
  EXPECT_TRUE(one.take(longest, start).allowed);
  EXPECT_FALSE(one.take(longest + "y", start).allowed);
}

TEST(RateLimiter, NeverAllowsMoreThanTheCapacityAcrossThreads) {
  RateLimiter limiter({500, 0.001, 100, 16});
  std::atomic<int> allowed = 0;
  auto work = [&] {
    for (int i = 0; i < 1000; ++i) allowed += limiter.take("alice", start).allowed;
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(allowed, 500);
}

TEST(RateLimiter, AnotherRateHoldsAtOnceAndBeginsAnew) {
  auto const now = start;
  RateLimiter limiter(options(1, 1));
  EXPECT_TRUE(limiter.take("a", now).allowed);
  EXPECT_FALSE(limiter.take("a", now).allowed);
  limiter.set_rate(1, 1);
  EXPECT_FALSE(limiter.take("a", now).allowed) << "nothing has changed";
  limiter.set_rate(2, 0.5);
  EXPECT_TRUE(limiter.take("a", now, 2).allowed);
  EXPECT_EQ(limiter.take("a", now).retry_after, 2s);
  limiter.set_rate(0, 0);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.take("a", now).allowed);
  limiter.set_rate(1, 1);
  EXPECT_TRUE(limiter.take("a", now).allowed);
  EXPECT_FALSE(limiter.take("a", now).allowed);
}

}  // namespace
}  // namespace rampart::policy
