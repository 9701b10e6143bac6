#include "policy/circuit_breaker.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rampart::policy {
namespace {
using std::chrono::milliseconds;
using std::chrono::seconds;
using State = CircuitBreaker::State;
using Outcome = CircuitBreaker::Outcome;
using Kind = CircuitBreaker::Admission::Kind;

struct Breaker : ::testing::Test {
  CircuitBreaker::Options options;
  base::Steady::time_point now = base::Steady::time_point(seconds(10'000));

  Breaker() { options.jitter = 0; }
  CircuitBreaker make() { return CircuitBreaker(options, 1); }
  void call(CircuitBreaker& breaker, Outcome outcome, int times = 1) {
    for (int i = 0; i < times; ++i) {
      auto const admission = breaker.try_acquire(now);
      ASSERT_TRUE(admission.admitted());
      breaker.record(admission, outcome, now);
    }
  }
  void trip(CircuitBreaker& breaker) { call(breaker, Outcome::failure, 5); }
  // From open to closed, as soon as that can be.
  void recover(CircuitBreaker& breaker) {
    now = breaker.stats(now).next_attempt.value();
    call(breaker, Outcome::success, 3);
    ASSERT_EQ(breaker.state(now), State::closed);
  }
  // How long it stays open from now on.
  seconds open_for(CircuitBreaker const& breaker) {
    return std::chrono::duration_cast<seconds>(breaker.stats(now).next_attempt.value() - now);
  }
};

TEST_F(Breaker, OpensAfterFiveFailuresInARow) {
  auto breaker = make();
  call(breaker, Outcome::failure, 4);
  EXPECT_EQ(breaker.state(now), State::closed);
  call(breaker, Outcome::timeout);
  EXPECT_EQ(breaker.state(now), State::open);
}

TEST_F(Breaker, ASuccessBreaksTheRow) {
  auto breaker = make();
  for (int i = 0; i < 4; ++i) {
    call(breaker, Outcome::failure, 4);
    call(breaker, Outcome::success);
    now += seconds(60);  // four failures in five would open it by their rate
    now += seconds(300);
  }
  EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(Breaker, WhatIsIgnoredNeitherBreaksNorLengthensTheRow) {
  auto breaker = make();
  call(breaker, Outcome::failure, 4);
  call(breaker, Outcome::ignored, 10);
  EXPECT_EQ(breaker.state(now), State::closed);
  call(breaker, Outcome::failure);
  EXPECT_EQ(breaker.state(now), State::open);
}

TEST_F(Breaker, OpensByRateOnlyWithEnoughCalls) {
  auto breaker = make();
  for (int i = 0; i < 9; ++i) {
    call(breaker, Outcome::success);
    call(breaker, Outcome::failure);
  }
  EXPECT_EQ(breaker.state(now), State::closed) << "18 calls are too few";
  call(breaker, Outcome::success);
  call(breaker, Outcome::failure);
  EXPECT_EQ(breaker.state(now), State::open);
}

TEST_F(Breaker, ALowRateNeverOpensHoweverManyFailuresItHolds) {
  auto breaker = make();
  for (int i = 0; i < 1000; ++i) {
    call(breaker, Outcome::success, 5);
    call(breaker, Outcome::failure, 4);
  }
  EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(Breaker, FailuresOlderThanTheWindowAreForgotten) {
  options.consecutive_failures = 0;
  auto breaker = make();
  call(breaker, Outcome::failure, 19);
  now += seconds(301);
  call(breaker, Outcome::failure, 19);
  EXPECT_EQ(breaker.state(now), State::closed);
  call(breaker, Outcome::failure);
  EXPECT_EQ(breaker.state(now), State::open);
}

TEST_F(Breaker, BlocksWhileOpenAndSaysForHowLong) {
  auto breaker = make();
  trip(breaker);
  now += milliseconds(10'500);
  auto const blocked = breaker.try_acquire(now);
  EXPECT_EQ(blocked.kind, Kind::blocked);
  EXPECT_EQ(blocked.retry_after, milliseconds(49'500));
  EXPECT_EQ(breaker.stats(now).blocked, 1u);
}

TEST_F(Breaker, AfterTheWaitOneProbeAtATimeIsLetThrough) {
  auto breaker = make();
  trip(breaker);
  now += seconds(60);
  EXPECT_EQ(breaker.state(now), State::half_open) << "time alone shows it, before any call";
  auto const probe = breaker.try_acquire(now);
  EXPECT_EQ(probe.kind, Kind::probe);
  auto const second = breaker.try_acquire(now);
  EXPECT_EQ(second.kind, Kind::blocked);
  EXPECT_EQ(second.retry_after, CircuitBreaker::probe_retry_after);
  breaker.record(probe, Outcome::success, now);
  EXPECT_EQ(breaker.try_acquire(now).kind, Kind::probe);
}

TEST_F(Breaker, SeveralProbesWhereTheOptionsSaySo) {
  options.max_probes = 2;
  auto breaker = make();
  trip(breaker);
  now += seconds(60);
  EXPECT_EQ(breaker.try_acquire(now).kind, Kind::probe);
  EXPECT_EQ(breaker.try_acquire(now).kind, Kind::probe);
  EXPECT_EQ(breaker.try_acquire(now).kind, Kind::blocked);
}

TEST_F(Breaker, AnIgnoredProbeGivesItsPlaceBack) {
  auto breaker = make();
  trip(breaker);
  now += seconds(60);
  call(breaker, Outcome::ignored, 10);
  EXPECT_EQ(breaker.state(now), State::half_open);
  call(breaker, Outcome::success, 3);
  EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(Breaker, ThreeSuccessesCloseIt) {
  auto breaker = make();
  trip(breaker);
  now += seconds(60);
  call(breaker, Outcome::success, 2);
  EXPECT_EQ(breaker.state(now), State::half_open);
  call(breaker, Outcome::success);
  EXPECT_EQ(breaker.state(now), State::closed);
  EXPECT_EQ(breaker.stats(now).closes, 1u);
}

TEST_F(Breaker, AFailedProbeOpensItForTwiceAsLong) {
  auto breaker = make();
  trip(breaker);
  std::vector<int> waits{static_cast<int>(open_for(breaker).count())};
  for (int i = 0; i < 7; ++i) {
    now += open_for(breaker);
    call(breaker, Outcome::failure);
    waits.push_back(static_cast<int>(open_for(breaker).count()));
  }
  EXPECT_EQ(waits, (std::vector<int>{60, 120, 240, 480, 960, 1920, 1920, 1920}));
}

TEST_F(Breaker, SustainedHealthMakesTheWaitShortAgain) {
  auto breaker = make();
  trip(breaker);
  recover(breaker);
  now += seconds(299);
  trip(breaker);
  EXPECT_EQ(open_for(breaker), seconds(120)) << "not healthy for long enough";
  recover(breaker);
  now += seconds(300);
  trip(breaker);
  EXPECT_EQ(open_for(breaker), seconds(60));
}

TEST_F(Breaker, WhatWasBeforeTheOutageDoesNotOpenItAgain) {
  options.consecutive_failures = 0;
  auto breaker = make();
  call(breaker, Outcome::failure, 20);
  recover(breaker);
  EXPECT_EQ(breaker.stats(now).failure_rate, 0);
  call(breaker, Outcome::failure, 19);
  EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(Breaker, TheDeathOfOneChildIsOneFailure) {
  auto breaker = make();
  std::vector<CircuitBreaker::Admission> in_flight;
  for (int i = 0; i < 100; ++i) in_flight.push_back(breaker.try_acquire(now));
  for (auto const& admission : in_flight) breaker.record(admission, Outcome::failure, now, 7);
  EXPECT_EQ(breaker.state(now), State::closed);
  EXPECT_EQ(breaker.stats(now).failed, 100u);
  EXPECT_EQ(breaker.stats(now).consecutive_failures, 1u);
}

TEST_F(Breaker, TheDeathsOfFiveChildrenAreFiveFailures) {
  auto breaker = make();
  for (std::uint64_t child = 1; child <= 5; ++child) {
    EXPECT_EQ(breaker.state(now), State::closed);
    auto const first = breaker.try_acquire(now);
    auto const second = breaker.try_acquire(now);
    breaker.record(first, Outcome::failure, now, child);
    breaker.record(second, Outcome::failure, now, child);
  }
  EXPECT_EQ(breaker.state(now), State::open);
}

TEST_F(Breaker, LateResultsOfAnEarlierTimeChangeNothing) {
  auto breaker = make();
  auto const early = breaker.try_acquire(now);
  trip(breaker);
  now += seconds(60);
  auto const probe = breaker.try_acquire(now);
  breaker.record(early, Outcome::failure, now);
  EXPECT_EQ(breaker.state(now), State::half_open);
  EXPECT_EQ(breaker.try_acquire(now).kind, Kind::blocked) << "the probe still holds its place";
  breaker.record(probe, Outcome::success, now);
  EXPECT_EQ(breaker.stats(now).failed, 6u);
}

TEST_F(Breaker, AProbeOfAnEarlierRecoveryGivesBackNoPlaceOfThisOne) {
  options.max_probes = 2;
  auto breaker = make();
  trip(breaker);
  now += seconds(60);
  auto const slow = breaker.try_acquire(now);
  call(breaker, Outcome::failure);  // the other probe
  now += seconds(120);
  EXPECT_EQ(breaker.try_acquire(now).kind, Kind::probe);
  EXPECT_EQ(breaker.try_acquire(now).kind, Kind::probe);
  breaker.record(slow, Outcome::failure, now);
  EXPECT_EQ(breaker.state(now), State::half_open);
  EXPECT_EQ(breaker.try_acquire(now).kind, Kind::blocked);
}

TEST_F(Breaker, RecordingABlockedCallIsNothing) {
  auto breaker = make();
  trip(breaker);
  auto const before = breaker.stats(now);
  breaker.record(breaker.try_acquire(now), Outcome::failure, now);
  EXPECT_EQ(breaker.stats(now).failed, before.failed);
}

TEST_F(Breaker, JitterShortensTheWaitAndDiffersBetweenInstances) {
  options.jitter = 0.1;
  CircuitBreaker one(options, 1), other(options, 2);
  trip(one);
  trip(other);
  auto const wait = one.stats(now).next_attempt.value() - now;
  EXPECT_LE(wait, seconds(60));
  EXPECT_GE(wait, seconds(54));
  EXPECT_NE(wait, other.stats(now).next_attempt.value() - now);
}

TEST_F(Breaker, StatsTellTheWholeStory) {
  auto breaker = make();
  call(breaker, Outcome::success, 3);
  auto const success_at = now;
  now += seconds(1);
  call(breaker, Outcome::timeout);
  call(breaker, Outcome::ignored);
  auto const stats = breaker.stats(now);
  EXPECT_EQ(stats.total, 4u);
  EXPECT_EQ(stats.successful, 3u);
  EXPECT_EQ(stats.failed, 1u);
  EXPECT_EQ(stats.timeouts, 1u);
  EXPECT_EQ(stats.ignored, 1u);
  EXPECT_EQ(stats.opens, 0u);
  EXPECT_EQ(stats.last_success, success_at);
  EXPECT_EQ(stats.last_failure, now);
  EXPECT_EQ(stats.consecutive_failures, 1u);
  EXPECT_EQ(stats.consecutive_successes, 0u);
  EXPECT_DOUBLE_EQ(stats.failure_rate, 25);
  EXPECT_FALSE(stats.next_attempt);
}

}  // namespace
}  // namespace rampart::policy
