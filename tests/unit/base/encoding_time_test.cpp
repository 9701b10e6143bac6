#include "base/encoding_time.hpp"

#include <gtest/gtest.h>

namespace rampart::base {
namespace {
using namespace std::chrono_literals;

TEST(Timestamp, IsUtcWithMillisecondsRoundedDown) {
  auto day = std::chrono::sys_days(std::chrono::year(2026) / 7 / 28);
  EXPECT_EQ(timestamp(day + 9h + 5min + 3s + 42ms + 999us), "2026-07-28T09:05:03.042Z");
  EXPECT_EQ(timestamp(day + 9h + 5min + 3s + 999ms), "2026-07-28T09:05:03.999Z");
  EXPECT_EQ(timestamp(day + 9h + 5min + 4s), "2026-07-28T09:05:04.000Z");
  EXPECT_EQ(timestamp(day + 23h + 59min + 59s), "2026-07-28T23:59:59.000Z");
}

TEST(Timestamp, KnowsLeapDaysAndTimesBeforeTheEpoch) {
  auto leap = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29);
  EXPECT_EQ(timestamp(leap), "2024-02-29T00:00:00.000Z");
  EXPECT_EQ(timestamp(leap + 24h), "2024-03-01T00:00:00.000Z");
  EXPECT_EQ(timestamp(Wall::time_point(-1ms)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(timestamp(Wall::time_point()), "1970-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace rampart::base
