#include "server/session.hpp"

#include <gtest/gtest.h>

#include "rampart/testing.hpp"

namespace rampart::server {
namespace {

using std::chrono::minutes;
using std::chrono::nanoseconds;

class SessionsTest : public ::testing::Test {
 protected:
  Result<std::shared_ptr<Session>> open(Sessions& sessions, std::string principal = "anonymous") {
    return sessions.create(protocol::latest_legacy, {}, std::move(principal), clock.now());
  }
  testing::FakeClock clock;
};

TEST_F(SessionsTest, IsFoundByItsIdAndOwnPrincipalOnly) {
  Sessions sessions({});
  auto const session = *open(sessions, "alice");
  EXPECT_EQ(sessions.find(session->id, "alice"), session);
  EXPECT_EQ(sessions.find(session->id, "bob"), nullptr);
  EXPECT_EQ(sessions.find(session->id + "x", "alice"), nullptr);
  EXPECT_EQ(sessions.find("", "alice"), nullptr);
}

TEST_F(SessionsTest, IdsAreLongAndNeverRepeat) {
  Sessions sessions({});
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.insert((*open(sessions))->id);
  EXPECT_EQ(ids.size(), 100u);
  EXPECT_GE(ids.begin()->size(), 32u);
}

TEST_F(SessionsTest, TheBoundIsReachedAtItsValueNotBefore) {
  SessionLimits limits;
  limits.max_sessions = 3;
  Sessions sessions(limits);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(open(sessions)) << i;
  auto const refused = open(sessions);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::overloaded);
  EXPECT_EQ(sessions.size(), 3u);
}

TEST_F(SessionsTest, AnIdleSessionMakesRoomWhenTheBoundIsReached) {
  SessionLimits limits;
  limits.max_sessions = 1;
  Sessions sessions(limits);
  auto const first = *open(sessions);
  clock.advance(limits.idle);
  EXPECT_TRUE(open(sessions));
  EXPECT_TRUE(first->closed());
}

TEST_F(SessionsTest, IdleSessionsEndAtTheLimitAndUsedOnesLater) {
  Sessions sessions({});
  auto const idle = *open(sessions);
  auto const used = *open(sessions);
  clock.advance(minutes(20));
  used->touch(clock.now());
  clock.advance(minutes(10) - nanoseconds(1));
  EXPECT_TRUE(sessions.expire(clock.now()).empty());
  clock.advance(nanoseconds(1));
  EXPECT_EQ(sessions.expire(clock.now()), std::vector{idle});
  EXPECT_EQ(sessions.find(idle->id, "anonymous"), nullptr);
  EXPECT_EQ(sessions.find(used->id, "anonymous"), used);
}

TEST_F(SessionsTest, ASessionWithAStreamOrACallIsNotIdle) {
  Sessions sessions({});
  auto const attached = *open(sessions), calling = *open(sessions);
  attached->attach(0, [] {}, this);
  calling->begin(protocol::RequestId(1), {});
  clock.advance(std::chrono::hours(2));
  EXPECT_TRUE(sessions.expire(clock.now()).empty());
  attached->detach(0, this);
  calling->end(protocol::RequestId(1));
  EXPECT_EQ(sessions.expire(clock.now()).size(), 2u);
}

TEST_F(SessionsTest, EndingASessionEvictsItsConnections) {
  Sessions sessions({});
  auto const session = *open(sessions);
  int evicted = 0;
  session->attach(0, [&] { ++evicted; }, &evicted);
  EXPECT_TRUE(sessions.erase(session->id));
  EXPECT_EQ(evicted, 1);
  EXPECT_FALSE(sessions.erase(session->id)) << "it ended already";
}

TEST_F(SessionsTest, ANewConnectionTakesAStreamOverFromTheOlderOne) {
  Sessions sessions({});
  auto const session = *open(sessions);
  std::string log;
  int first = 0, second = 0;
  session->attach(4, [&] { log += "first evicted;"; }, &first);
  session->attach(4, [&] { log += "second evicted;"; }, &second);
  EXPECT_EQ(log, "first evicted;");
  session->detach(4, &first);
  EXPECT_TRUE(session->busy()) << "who was evicted cannot detach its successor";
  session->detach(4, &second);
  EXPECT_FALSE(session->busy());
}

TEST_F(SessionsTest, SubscribedUrisAreBoundedAtTheValue) {
  SessionLimits limits;
  limits.max_subscriptions = 2;
  Sessions sessions(limits);
  auto const session = *open(sessions);
  using Subscribed = Session::Subscribed;
  EXPECT_EQ(session->subscribe("a"), Subscribed::now);
  EXPECT_EQ(session->subscribe("b"), Subscribed::now);
  EXPECT_EQ(session->subscribe("a"), Subscribed::already) << "twice the same is one";
  EXPECT_EQ(session->subscribe("c"), Subscribed::too_many);
  EXPECT_TRUE(session->unsubscribe("a"));
  EXPECT_FALSE(session->unsubscribe("a"));
  EXPECT_EQ(session->subscribe("c"), Subscribed::now);
  EXPECT_FALSE(session->subscribed("a"));
}

TEST_F(SessionsTest, ARequestIdIsUsedOnceAtATime) {
  Sessions sessions({});
  auto const session = *open(sessions);
  EXPECT_TRUE(session->begin(protocol::RequestId(1), {}));
  EXPECT_FALSE(session->begin(protocol::RequestId(1), {}));
  EXPECT_TRUE(session->begin(protocol::RequestId("1"), {})) << "the text is another id";
  session->end(protocol::RequestId(1));
  EXPECT_TRUE(session->begin(protocol::RequestId(1), {}));
}

TEST_F(SessionsTest, AQuestionIsAnsweredOnce) {
  Sessions sessions({});
  auto const session = *open(sessions);
  auto const a = session->expect({{}, "a"}), b = session->expect({{}, "b"});
  EXPECT_NE(a, b);
  EXPECT_EQ(session->answered(a)->key, "a");
  EXPECT_FALSE(session->answered(a));
  session->forget({b});
  EXPECT_FALSE(session->answered(b));
}

TEST_F(SessionsTest, FinishedStreamsAreKeptUpToTheBoundTheNewestOnes) {
  SessionLimits limits;
  limits.max_kept_streams = 2;
  Sessions sessions(limits);
  auto const session = *open(sessions);
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < 5; ++i) {
    auto const stream = std::make_shared<MessageStream>(MessageStream::Options{true, true});
    stream->reply(Reply{"{}"});
    numbers.push_back(session->add_stream(stream));
  }
  EXPECT_EQ(session->stream(numbers[2]), nullptr);
  EXPECT_NE(session->stream(numbers[3]), nullptr);
  EXPECT_NE(session->stream(numbers[4]), nullptr);
  EXPECT_NE(session->stream(0), nullptr) << "its own stream stays";
}

TEST_F(SessionsTest, RunningStreamsAreNeverDropped) {
  SessionLimits limits;
  limits.max_kept_streams = 1;
  Sessions sessions(limits);
  auto const session = *open(sessions);
  auto const running =
      session->add_stream(std::make_shared<MessageStream>(MessageStream::Options{true, true}));
  for (int i = 0; i < 3; ++i) {
    auto const stream = std::make_shared<MessageStream>(MessageStream::Options{true, true});
    stream->reply(Reply{"{}"});
    session->add_stream(stream);
  }
  EXPECT_NE(session->stream(running), nullptr);
}

}  // namespace
}  // namespace rampart::server
