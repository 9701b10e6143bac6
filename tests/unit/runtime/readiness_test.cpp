// What /ready says for each state of its checks.
#include "runtime/readiness.hpp"

#include <gtest/gtest.h>

#include "rampart/testing.hpp"

namespace rampart::runtime {
namespace {

class Ready : public ::testing::Test {
 protected:
  void all(bool ok) {
    for (Check const check : all_checks) readiness.set_result(check, ok);
  }
  testing::FakeClock clock;
  Readiness readiness{clock};
};

TEST_F(Ready, IsSaidOnlyWhenEveryCheckHasAResult) {
  for (Check const check : {Check::redis, Check::mcp_servers}) readiness.set_result(check, true);
  EXPECT_EQ(readiness.ready().status, 503);
  EXPECT_NE(readiness.ready().json.find(R"("disk_space":false)"), std::string::npos);
  readiness.set_required(Check::disk_space, false);
  EXPECT_EQ(readiness.ready().status, 503) << "not known yet is not optional";
  readiness.set_result(Check::disk_space, true);
  EXPECT_EQ(readiness.ready().status, 200);
}

TEST_F(Ready, HasThreeBooleansAStatusAndATimestampAndNothingElse) {
  all(true);
  auto const json = readiness.ready().json;
  EXPECT_EQ(json.substr(0, json.find(R"("timestamp")")),
            R"({"status":"ready","checks":{"redis":true,"mcp_servers":true,"disk_space":true},)");
  EXPECT_TRUE(json.ends_with("Z\"}")) << json;
}

TEST_F(Ready, IsNotSaidWhenARequiredCheckFails) {
  for (Check const check : all_checks) {
    all(true);
    readiness.set_result(check, false);
    EXPECT_EQ(readiness.ready().status, 503) << name(check);
    EXPECT_EQ(readiness.ready().json.find("degraded"), std::string::npos);
  }
}

TEST_F(Ready, IsDegradedWhenAnOptionalCheckFails) {
  readiness.set_required(Check::redis, false);
  all(true);
  EXPECT_EQ(readiness.ready().json.find("degraded"), std::string::npos);
  readiness.set_result(Check::redis, false);
  EXPECT_EQ(readiness.ready().status, 200);
  EXPECT_TRUE(readiness.ready().json.ends_with(R"(,"degraded":true})"));
  readiness.set_result(Check::redis, true);
  readiness.set_degraded(true);
  EXPECT_TRUE(readiness.ready().json.ends_with(R"(,"degraded":true})"));
}

TEST_F(Ready, WhatWasFoundOutTooLongAgoDoesNotHold) {
  readiness.set_longest_valid(Check::mcp_servers, std::chrono::milliseconds(5'000));
  all(true);
  clock.advance(std::chrono::milliseconds(5'000));
  EXPECT_TRUE(readiness.ok(Check::mcp_servers));
  EXPECT_EQ(readiness.ready().status, 200);
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(readiness.ok(Check::mcp_servers));
  EXPECT_TRUE(readiness.ok(Check::disk_space)) << "of it nothing was said";
  EXPECT_EQ(readiness.ready().status, 503);
  EXPECT_NE(readiness.ready().json.find(R"("mcp_servers":false)"), std::string::npos);
  readiness.set_result(Check::mcp_servers, true);
  EXPECT_EQ(readiness.ready().status, 200);
}

TEST_F(Ready, IsNeverSaidAgainOnceADrainHasBegunAndLivenessGoesOn) {
  all(true);
  readiness.drain();
  EXPECT_EQ(readiness.ready().status, 503);
  EXPECT_EQ(readiness.health().status, 200);
  all(false);
  EXPECT_EQ(readiness.health().status, 200) << "it looks at no dependency";
}

}  // namespace
}  // namespace rampart::runtime
