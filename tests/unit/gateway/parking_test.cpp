// Calls that wait for a person: found once, by whom they belong to, and not for ever.
#include "gateway/parking.hpp"

#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using namespace std::chrono_literals;

class ParkingTest : public GatewayTest {
 protected:
  void SetUp() override {
    upstream("one", {"ask"});
    upstream("two");
    start();
    parking.emplace(host.engine().loop);
  }
  void TearDown() override {
    parking.reset();
    GatewayTest::TearDown();
  }
  Parked parked(std::string principal = "anna") {
    return Parked{std::make_unique<upstream::Run>(gateway->upstreams().front(), upstream::Caller(),
                                                  upstream::Request{.method = "tools/call"},
                                                  upstream::Repeatable::no),
                  {},
                  std::move(principal)};
  }
  upstream::Upstream const& one() { return *gateway->upstreams().front(); }
  std::optional<Parking> parking;
};

TEST_F(ParkingTest, ACallIsFoundOnceByItsId) {
  auto const id = *parking->put(parked(), 1min, {});
  EXPECT_EQ(parking->size(), 1);
  EXPECT_TRUE(parking->take(id, "anna"));
  EXPECT_FALSE(parking->take(id, "anna")) << "a second client with the same state";
  EXPECT_EQ(parking->size(), 0);
}

TEST_F(ParkingTest, AnotherPrincipalFindsNothingAndTakesNothingAway) {
  auto const id = *parking->put(parked("anna"), 1min, {});
  EXPECT_FALSE(parking->take(id, "bert"));
  EXPECT_TRUE(parking->take(id, "anna"));
}

TEST_F(ParkingTest, ACallThatNobodyComesForIsGivenUp) {
  auto const id = *parking->put(parked(), 1min, {});
  advance(59s);
  EXPECT_EQ(parking->size(), 1);
  advance(1s);
  EXPECT_EQ(parking->size(), 0);
  EXPECT_FALSE(parking->take(id, "anna"));
}

TEST_F(ParkingTest, AClientThatLeavesWithdrawsItsCall) {
  std::stop_source client, other;
  EXPECT_TRUE(parking->put(parked(), 1min, client.get_token()));
  EXPECT_TRUE(parking->put(parked(), 1min, other.get_token()));
  client.request_stop();
  settle();
  EXPECT_EQ(parking->size(), 1);
}

TEST_F(ParkingTest, AClientThatLeavesAfterTheEndOfAllIsHarmless) {
  std::stop_source client;
  EXPECT_TRUE(parking->put(parked(), 1min, client.get_token()));
  client.request_stop();
  parking.reset();
  settle();
}

TEST_F(ParkingTest, TheOldestGivesWay) {
  auto const first = *parking->put(parked(), 10min, {});
  advance(1s);
  auto const second = *parking->put(parked(), 10min, {});
  parking->give_up_oldest(one(), 1);
  EXPECT_FALSE(parking->take(first, "anna"));
  EXPECT_TRUE(parking->take(second, "anna"));
  parking->give_up_oldest(one(), 1);  // of none
}

TEST_F(ParkingTest, OnlyCallsOfTheUpstreamThatIsCrowdedGiveWayAndOnlyWhereTheyAreMany) {
  auto const id = *parking->put(parked(), 10min, {});
  parking->give_up_oldest(*gateway->upstreams().back(), 1);
  parking->give_up_oldest(one(), 2);
  EXPECT_TRUE(parking->take(id, "anna"));
}

TEST_F(ParkingTest, TooManyAreRefused) {
  for (std::size_t i = 0; i < Parking::max_parked; ++i)
    ASSERT_TRUE(parking->put(parked(), 1min, {}));
  auto const refused = parking->put(parked(), 1min, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::overloaded);
}

}  // namespace
}  // namespace rampart::gateway
