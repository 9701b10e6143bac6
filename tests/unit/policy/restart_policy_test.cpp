#include "policy/restart_policy.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace rampart::policy {
namespace {
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto most = std::numeric_limits<std::uint64_t>::max();

struct Restarts : ::testing::Test {
  base::Steady::time_point now{seconds(1'000)};
  RestartPolicy policy{RestartPolicy::Options{}};
  milliseconds early_death(std::uint64_t random = 0) {
    return std::chrono::round<milliseconds>(policy.next_delay(true, now, random).delay);
  }
};

TEST_F(Restarts, AChildThatHadAnsweredIsRestartedAtOnce) {
  for (int i = 0; i < 100; ++i) {
    auto const restart = policy.next_delay(false, now, most);
    EXPECT_EQ(restart.delay, seconds(0));
    EXPECT_FALSE(restart.crash_looping);
  }
}

TEST_F(Restarts, EarlyDeathsWaitTwiceAsLongEachTimeUpToThirtySeconds) {
  for (int const expected : {100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000}) {
    EXPECT_EQ(early_death(), milliseconds(expected));
    now += seconds(61);
  }
}

TEST_F(Restarts, ChanceTakesOffUpToHalf) {
  EXPECT_EQ(early_death(0), milliseconds(100));
  EXPECT_EQ(early_death(most), milliseconds(100));
  EXPECT_EQ(early_death(most / 2), milliseconds(300));
}

TEST_F(Restarts, FiveEarlyDeathsInAMinuteAreACrashLoop) {
  for (int i = 0; i < 4; ++i) {
    EXPECT_FALSE(policy.next_delay(true, now, 0).crash_looping);
    now += seconds(15);
  }
  auto const fifth = policy.next_delay(true, now, 0);
  EXPECT_TRUE(fifth.crash_looping);
  EXPECT_EQ(fifth.delay, seconds(60));
  EXPECT_TRUE(policy.crash_looping());
}

TEST_F(Restarts, FiveEarlyDeathsInMoreThanAMinuteAreNone) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(policy.next_delay(true, now, 0).crash_looping);
    now += milliseconds(15'001);
  }
}

TEST_F(Restarts, AfterACrashLoopsPauseThereIsOneAttempt) {
  for (int i = 0; i < 5; ++i) policy.next_delay(true, now, 0);
  now += seconds(3'600);
  EXPECT_TRUE(policy.next_delay(true, now, 0).crash_looping);
  policy.on_first_answer();
  EXPECT_FALSE(policy.crash_looping());
  EXPECT_EQ(early_death(), milliseconds(100)) << "as if nothing had been";
}

TEST_F(Restarts, ADeathAfterAnAnswerEndsTheRow) {
  early_death();
  early_death();
  policy.next_delay(false, now, 0);
  EXPECT_EQ(policy.early_deaths(), 0u);
  EXPECT_EQ(early_death(), milliseconds(100));
}

TEST(RestartPolicy, TheCrashLoopCanBeTurnedOff) {
  RestartPolicy::Options options;
  options.crash_loop_deaths = 0;
  RestartPolicy policy(options);
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(policy.next_delay(true, base::Steady::time_point(), 0).crash_looping);
}

}  // namespace
}  // namespace rampart::policy
