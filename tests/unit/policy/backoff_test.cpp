#include "policy/backoff.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace rampart::policy {
namespace {
using std::chrono::milliseconds;

constexpr auto most = std::numeric_limits<std::uint64_t>::max();
base::Steady::time_point const now{std::chrono::hours(1)};
auto const never = base::Steady::time_point::max();

milliseconds ms(std::optional<base::Steady::duration> wait) {
  return std::chrono::round<milliseconds>(wait.value());
}

TEST(Backoff, WaitsAreSpreadFromZeroToABoundThatDoubles) {
  Backoff::Options options;
  options.attempts = 10;
  Backoff longest(options);
  for (int const expected : {100, 200, 400, 800, 1600, 2000, 2000}) {
    EXPECT_EQ(ms(longest.next(now, never, most)), milliseconds(expected));
  }
  Backoff shortest(options);
  EXPECT_EQ(ms(shortest.next(now, never, 0)), milliseconds(0));
  EXPECT_EQ(ms(shortest.next(now, never, most / 2)), milliseconds(100));
}

TEST(Backoff, ThreeAttemptsAreTwoRetries) {
  Backoff backoff(Backoff::Options{});
  EXPECT_EQ(backoff.attempt(), 1u);
  EXPECT_TRUE(backoff.next(now, never, 1));
  EXPECT_TRUE(backoff.next(now, never, 1));
  EXPECT_EQ(backoff.attempt(), 3u);
  EXPECT_FALSE(backoff.next(now, never, 1));
}

TEST(Backoff, OneAttemptIsNoRetry) {
  Backoff::Options options;
  options.attempts = 1;
  EXPECT_FALSE(Backoff(options).next(now, never, 0));
  options.attempts = 0;
  EXPECT_FALSE(Backoff(options).next(now, never, 0));
}

TEST(Backoff, ARetryThatWouldBeginAfterTheDeadlineIsNotMade) {
  Backoff backoff(Backoff::Options{});
  EXPECT_FALSE(backoff.next(now, now + milliseconds(99), most));
  EXPECT_EQ(backoff.attempt(), 1u) << "nothing was used up";
  EXPECT_FALSE(backoff.next(now, now, 0));
  EXPECT_TRUE(backoff.next(now, now + milliseconds(101), most));
}

}  // namespace
}  // namespace rampart::policy
