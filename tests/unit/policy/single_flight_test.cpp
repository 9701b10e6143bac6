#include "policy/single_flight.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace rampart::policy {
namespace {
using Flights = SingleFlight<std::string>;
using Role = Flights::Role;

TEST(SingleFlight, GivesTheLeadersOutcomeToAllWhoWaitInTheOrderOfJoining) {
  Flights flights("gave up");
  std::string seen;
  auto note = [&](char who) {
    return [&seen, who](std::string const& o) { seen += who + o + ' '; };
  };
  auto leader = flights.join("key", note('1'));
  EXPECT_EQ(leader.role, Role::leader);
  EXPECT_EQ(flights.join("key", note('2')).role, Role::waiting);
  EXPECT_EQ(flights.join("key", note('3')).role, Role::waiting);
  EXPECT_EQ(seen, "");
  leader.flight.complete("done");
  EXPECT_EQ(seen, "2done 3done ");
  leader.flight.complete("again");
  EXPECT_EQ(seen, "2done 3done ");
}

TEST(SingleFlight, WhoWaitsMayLeave) {
  Flights flights("gave up");
  int called = 0;
  auto count = [&](std::string const&) { ++called; };
  auto leader = flights.join("key", count);
  EXPECT_EQ(flights.waiting("key"), 0u);
  auto const one = flights.join("key", count), two = flights.join("key", count);
  EXPECT_EQ(flights.waiting("key"), 2u);
  flights.leave("key", one.ticket);
  flights.leave("key", one.ticket);
  flights.leave("no such", two.ticket);
  EXPECT_EQ(flights.waiting("key"), 1u);
  leader.flight.complete("done");
  EXPECT_EQ(called, 1);
  EXPECT_EQ(flights.waiting("key"), 0u);
}

TEST(SingleFlight, HasALeaderForEachKeyAndANewOneAfterTheFlight) {
  Flights flights("gave up");
  auto first = flights.join("a");
  auto other = flights.join("b");
  EXPECT_EQ(first.role, Role::leader);
  EXPECT_EQ(other.role, Role::leader);
  EXPECT_EQ(flights.size(), 2u);
  first.flight.complete("done");
  EXPECT_EQ(flights.size(), 1u);
  EXPECT_EQ(flights.join("a").role, Role::leader);
}

TEST(SingleFlight, TellsThoseWhoWaitWhenTheLeaderGivesUp) {
  Flights flights("gave up");
  std::string seen;
  {
    auto leader = flights.join("key");
    flights.join("key", [&](std::string const& outcome) { seen = outcome; });
    auto moved = std::move(leader.flight);
    leader.flight.abandon();
    EXPECT_EQ(seen, "") << "the duty has moved on";
  }
  EXPECT_EQ(seen, "gave up");
  EXPECT_EQ(flights.size(), 0u);
}

TEST(SingleFlight, AnAssignedFlightAbandonsTheOneItReplaces) {
  Flights flights("gave up");
  std::string seen;
  auto a = flights.join("a"), b = flights.join("b");
  flights.join("a", [&](std::string const& o) { seen += "a " + o + ";"; });
  flights.join("b", [&](std::string const& o) { seen += "b " + o + ";"; });
  a.flight = std::move(b.flight);
  EXPECT_EQ(seen, "a gave up;");
  a.flight.complete("done");
  EXPECT_EQ(seen, "a gave up;b done;");
}

TEST(SingleFlight, LetsAsManyWaitAsItsBoundAndRefusesOneMore) {
  Flights flights("gave up", 2);
  int called = 0;
  auto count = [&](std::string const&) { ++called; };
  auto leader = flights.join("key");
  EXPECT_EQ(flights.join("key", count).role, Role::waiting);
  EXPECT_EQ(flights.join("key", count).role, Role::waiting);
  EXPECT_EQ(flights.join("key", count).role, Role::refused);
  leader.flight.complete("done");
  EXPECT_EQ(called, 2);
}

TEST(SingleFlight, ACallbackMayJoinAgain) {
  Flights flights("gave up");
  Flights::Joined next{Role::refused, {}};
  auto leader = flights.join("key");
  flights.join("key", [&](std::string const&) { next = flights.join("key"); });
  leader.flight.complete("done");
  EXPECT_EQ(next.role, Role::leader);
}

TEST(SingleFlight, AFlightMayOutliveIt) {
  std::string seen;
  Flights::Flight flight;
  {
    Flights flights("gave up");
    flight = flights.join("key").flight;
    flights.join("key", [&](std::string const& o) { seen = o; });
  }
  flight.complete("late");
  EXPECT_EQ(seen, "late");
}

TEST(SingleFlight, EveryoneLeadsOrIsCalledOnceAcrossThreads) {
  SingleFlight<int> flights(-1, 4000);  // a leader may be held up while all others join
  std::atomic<int> called = 0;
  auto work = [&] {
    for (int i = 0; i < 2000; ++i) {
      auto joined = flights.join("key", [&](int) { ++called; });
      if (joined.role != SingleFlight<int>::Role::leader) continue;
      ++called;
      joined.flight.complete(i);
    }
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(called, 4000);
  EXPECT_EQ(flights.size(), 0u);
}

}  // namespace
}  // namespace rampart::policy
