// Slow peers, on a clock of the test's own.
#include <gtest/gtest.h>

#include "raw_client.hpp"
#include "stepped_server.hpp"

namespace rampart::http::test {
namespace {
using std::chrono::milliseconds;

struct Timeout : testing::Test {
  static Limits limits() {
    Limits limits;
    limits.idle_timeout = milliseconds(1000);
    limits.head_timeout = milliseconds(500);
    limits.body_timeout = milliseconds(300);
    limits.body_progress_bytes = 1000;
    limits.write_timeout = milliseconds(400);
    limits.linger_timeout = milliseconds(200);
    return limits;
  }
  bool has_answer(RawClient& client) {
    return server.run_until([&] { return !client.is_silent(); });
  }
  ScriptedHandler handler;
  SteppedServer server{handler, limits()};
};

TEST_F(Timeout, AConnectionThatSaysNothingIsClosedAfterTheIdleTimeAndNotBefore) {
  RawClient client(server.port);
  ASSERT_TRUE(server.run_until_connections(1));
  server.settle();
  server.advance(milliseconds(999));
  EXPECT_TRUE(client.is_silent());
  server.advance(milliseconds(1));
  ASSERT_TRUE(has_answer(client));
  EXPECT_TRUE(client.at_end());
  EXPECT_TRUE(handler.refusals().empty());
}

TEST_F(Timeout, IdleTimeBeginsAnewAfterEachAnswer) {
  RawClient client(server.port);
  for (int i = 0; i < 3; ++i) {
    client.send(get("/a"));
    ASSERT_TRUE(has_answer(client));
    EXPECT_EQ(client.read_answer().status, 200);
    server.advance(milliseconds(999));
  }
  EXPECT_TRUE(client.is_silent());
  server.advance(milliseconds(1));
  EXPECT_TRUE(client.at_end());
}

TEST_F(Timeout, AHeadThatDripsIsRefusedWhenItsTimeIsOverHoweverBusyItLooks) {
  RawClient client(server.port);
  client.send("GET /a HTTP/1.1\r\nHost: here\r\n");
  server.run_until_connections(1);
  for (int i = 0; i < 4; ++i) {
    server.settle();
    server.advance(milliseconds(100));
    client.send("X-Slow: 1\r\n");
  }
  server.settle();
  server.advance(milliseconds(99));
  EXPECT_TRUE(client.is_silent());
  server.advance(milliseconds(1));
  ASSERT_TRUE(has_answer(client));
  EXPECT_EQ(client.read_answer().status, 408);
  EXPECT_EQ(handler.refusals(), std::vector{Refusal::timeout});
}

TEST_F(Timeout, ABodyThatStallsIsRefused) {
  RawClient client(server.port);
  client.send("POST /a HTTP/1.1\r\nHost: here\r\nContent-Length: 5000\r\n\r\n");
  server.run_until_connections(1);
  server.settle();
  server.advance(milliseconds(299));
  EXPECT_TRUE(client.is_silent());
  server.advance(milliseconds(1));
  ASSERT_TRUE(has_answer(client));
  EXPECT_EQ(client.read_answer().status, 408);
}

TEST_F(Timeout, ABodyThatBringsEnoughInTimeMayTakeLong) {
  RawClient client(server.port);
  client.send("POST /a HTTP/1.1\r\nHost: here\r\nContent-Length: 5000\r\n\r\n");
  server.run_until_connections(1);
  for (int i = 0; i < 5; ++i) {
    server.settle();
    server.advance(milliseconds(299));
    client.send(std::string(1000, 'x'));
  }
  ASSERT_TRUE(has_answer(client));
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST_F(Timeout, ABodyThatDripsTooLittleIsRefused) {
  RawClient client(server.port);
  client.send("POST /a HTTP/1.1\r\nHost: here\r\nContent-Length: 5000\r\n\r\n");
  server.run_until_connections(1);
  server.settle();
  server.advance(milliseconds(200));
  client.send(std::string(999, 'x'));
  server.settle();
  server.advance(milliseconds(100));
  ASSERT_TRUE(has_answer(client));
  EXPECT_EQ(client.read_answer().status, 408);
}

TEST_F(Timeout, APeerThatDoesNotReadIsDroppedAfterTheWriteTime) {
  handler.on("/big", [](Exchange& exchange) -> Task<void> {
    Response response;
    response.body.assign(64 << 20, 'x');
    exchange.respond(std::move(response));
    co_return;
  });
  RawClient client(server.port);
  client.send(get("/big"));
  server.run_until([&] { return !client.is_silent(); });
  server.settle();
  server.advance(milliseconds(399));
  EXPECT_EQ(server.server->connections(), 1U);
  server.advance(milliseconds(1));
  EXPECT_TRUE(server.run_until_connections(0));
}

TEST_F(Timeout, ARefusedPeerThatKeepsSendingIsGivenLittleTime) {
  RawClient client(server.port);
  client.send("nonsense\r\n\r\n");
  ASSERT_TRUE(has_answer(client));
  EXPECT_EQ(client.read_answer().status, 400);
  server.advance(milliseconds(199));
  EXPECT_TRUE(client.send("more"));
  server.settle();
  EXPECT_EQ(server.server->connections(), 1U);
  server.advance(milliseconds(1));
  EXPECT_TRUE(server.run_until_connections(0));
}

TEST_F(Timeout, AWaitingHandlerIsToldThatItsTimeIsOver) {
  handler.on("/wait", [this](Exchange& exchange) -> Task<void> {
    auto const until = server.clock.now() + milliseconds(5000);
    Exchange::Woken const woken = co_await exchange.wait(until);
    Response response;
    response.body = woken == Exchange::Woken::timeout ? "timeout" : "other";
    exchange.respond(std::move(response));
  });
  RawClient client(server.port);
  client.send(get("/wait"));
  server.run_until_connections(1);
  server.settle();
  server.advance(milliseconds(4999));
  EXPECT_TRUE(client.is_silent());
  server.advance(milliseconds(1));
  ASSERT_TRUE(has_answer(client));
  EXPECT_EQ(client.read_answer().body, "timeout");
}

TEST_F(Timeout, AHandlerAtWorkHasNoTimeLimitOfTheConnection) {
  std::shared_ptr<Waker> waker;
  handler.on("/wait", [&waker](Exchange& exchange) -> Task<void> {
    waker = exchange.waker();
    co_await exchange.wait();
    exchange.respond({});
  });
  RawClient client(server.port);
  client.send(get("/wait"));
  server.run_until([&] { return waker != nullptr; });
  server.advance(std::chrono::hours(2));
  EXPECT_TRUE(client.is_silent());
  waker->wake();
  ASSERT_TRUE(has_answer(client));
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST_F(Timeout, AServerThatIsGoneListensNoMoreThoughItsLoopRuns) {
  RawClient queued(server.port);
  server.server.reset();
  server.settle();
  EXPECT_TRUE(queued.at_end());
  RawClient late(server.port);
  EXPECT_FALSE(late.connected());
}

TEST_F(Timeout, AServerThatGoesAwayWithConnectionsInEveryStateLeavesNothingBehind) {
  handler.on("/wait", [](Exchange& exchange) -> Task<void> { co_await exchange.wait(); });
  RawClient idle(server.port);
  RawClient head(server.port);
  head.send("GET /a HT");
  RawClient body(server.port);
  body.send("POST /a HTTP/1.1\r\nHost: here\r\nContent-Length: 5000\r\n\r\nabc");
  RawClient handling(server.port);
  handling.send(get("/wait"));
  RawClient refused(server.port);
  refused.send("?\r\n\r\n");
  EXPECT_TRUE(server.run_until_connections(5));
  server.settle();
}

}  // namespace
}  // namespace rampart::http::test
