// The limit that is learned, at a simulated server: so many calls are served side by side, further
// ones share what there is.
#include "policy/concurrency_limit.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rampart::policy {
namespace {
using namespace std::chrono_literals;

class Concurrency : public ::testing::Test {
 protected:
  /// As many calls at once as the limit (and `demand`) lets in, `rounds` times.
  void serve(int rounds, std::string_view kind = "work", std::size_t demand = 1000) {
    for (int round = 0; round < rounds; ++round) {
      auto const at_once = std::min(limit.limit(), demand);
      auto const took = latency * std::max<std::size_t>(at_once, places) / places;
      now += took;
      for (std::size_t i = 0; i < at_once; ++i) limit.answered(kind, took, at_once - i, now);
    }
  }
  ConcurrencyLimit::Options options(std::size_t min, std::size_t max, std::size_t start) {
    ConcurrencyLimit::Options out;
    out.min = min;
    out.max = max;
    out.start = start;
    return out;
  }
  std::size_t places = 1000;  ///< calls that the server works on side by side
  base::Steady::duration latency = 20ms;
  base::Steady::time_point now{1h};
  ConcurrencyLimit limit{options(2, 100, 10)};
};

TEST_F(Concurrency, RisesToItsUpperBoundWhileLatencyStaysAtItsFloor) {
  EXPECT_EQ(limit.limit(), 10u);
  serve(5);
  auto const after_five = limit.limit();
  EXPECT_GT(after_five, 10u);
  serve(200);
  EXPECT_EQ(limit.limit(), 100u) << "and not one more";
}

TEST_F(Concurrency, SettlesAboveWhatTheServerDoesSideBySideAndFarBelowItsBound) {
  places = 16;
  serve(100);
  auto lowest = limit.limit(), highest = limit.limit();
  for (int i = 0; i < 200; ++i) {
    serve(1);
    lowest = std::min(lowest, limit.limit());
    highest = std::max(highest, limit.limit());
  }
  EXPECT_GE(lowest, 16u) << "the server is busy";
  EXPECT_LE(highest, 36u) << "and its queue is short: 1.5 x 16, and the headroom";
}

TEST_F(Concurrency, FallsWhenLatencyGrowsAndRisesAgainWhenItIsBack) {
  serve(100);
  auto const before = limit.limit();
  latency *= 4;
  serve(3);
  EXPECT_LT(limit.limit(), before);
  serve(60);
  EXPECT_LE(limit.limit(), 5u) << "a quarter of the floor's speed: down to what the headroom gives";
  latency /= 4;
  serve(300);
  EXPECT_EQ(limit.limit(), before);
}

TEST_F(Concurrency, ALittleMoreLatencyIsNoOverload) {
  serve(10);
  auto const before = limit.limit();
  latency = latency * 14 / 10;
  serve(20);
  EXPECT_GT(limit.limit(), before);
}

TEST_F(Concurrency, ATimeOutOrARefusalTakesOffThreeTenthsOnceARoundTrip) {
  ConcurrencyLimit one(options(2, 100, 100));
  one.overloaded(now, now + 1s);
  EXPECT_EQ(one.limit(), 70u);
  for (int i = 0; i < 50; ++i) one.overloaded(now + 999ms, now + 2s);
  EXPECT_EQ(one.limit(), 70u) << "they all began before the decrease";
  one.overloaded(now + 1s, now + 3s);
  EXPECT_EQ(one.limit(), 49u);
  for (int i = 4; i < 100; ++i) one.overloaded(now + i * 1s, now + i * 1s);
  EXPECT_EQ(one.limit(), 2u) << "never below the lower bound";
}

TEST_F(Concurrency, WhatIsNotMadeUseOfDoesNotRise) {
  serve(100, "work", 4);
  EXPECT_EQ(limit.limit(), 10u);
  serve(100, "work", 5);
  EXPECT_GT(limit.limit(), 10u);
}

TEST_F(Concurrency, AToolThatAlwaysTakesLongIsNoOverload) {
  for (int i = 0; i < 50; ++i) {
    serve(1, "quick");
    latency = 10s;
    serve(1, "slow");
    latency = 20ms;
  }
  EXPECT_EQ(limit.limit(), 100u);
}

TEST_F(Concurrency, TheFloorIsMeasuredAnewUnderHalfTheLoad) {
  serve(100);
  latency *= 4;  // from now on for good
  serve(60);
  EXPECT_LE(limit.limit(), 5u);
  now += 10min;
  serve(1);
  EXPECT_LE(limit.limit(), 3u);
  serve(500);
  EXPECT_EQ(limit.limit(), 100u) << "what it takes now is what it takes";
}

TEST_F(Concurrency, KindsBeyondItsBoundAreTakenTogether) {
  auto const hear = [&](std::size_t from, std::size_t to) {
    for (; from < to; ++from) limit.answered("kind " + std::to_string(from), 20ms, 10, now);
  };
  hear(0, ConcurrencyLimit::max_kinds);
  hear(ConcurrencyLimit::max_kinds, ConcurrencyLimit::max_kinds + 9);
  EXPECT_EQ(limit.limit(), 10u) << "no window is full";
  hear(ConcurrencyLimit::max_kinds + 9, ConcurrencyLimit::max_kinds + 100);
  EXPECT_GT(limit.limit(), 15u) << "they fill windows together";
}

TEST_F(Concurrency, BoundsThatMakeNoSenseAreMended) {
  EXPECT_EQ(ConcurrencyLimit(options(0, 0, 0)).limit(), 1u);
  EXPECT_EQ(ConcurrencyLimit(options(5, 2, 1)).limit(), 5u);
  EXPECT_EQ(ConcurrencyLimit(options(1, 8, 20)).limit(), 8u);
}

}  // namespace
}  // namespace rampart::policy
