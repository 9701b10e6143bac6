// A client that goes away while a handler works for it: closed, half-closed or reset, with or
// without unread bytes.
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "raw_client.hpp"
#include "test_server.hpp"

namespace rampart::http::test {
namespace {

enum class Way { close, half_close, reset };

struct Disconnect : testing::TestWithParam<Way> {
  Disconnect() {
    handler.on("/wait", [this](Exchange& exchange) -> Task<void> {
      waiting.set();
      exchange.on_peer_gone([this] { told.set(); });
      Exchange::Woken const woken = co_await exchange.wait();
      if (woken == Exchange::Woken::peer_gone && exchange.peer_gone()) gone.set();
    });
  }
  void leave(RawClient& client) const {
    switch (GetParam()) {
      case Way::close:
        client.close();
        break;
      case Way::half_close:
        client.half_close();
        break;
      case Way::reset:
        client.reset();
        break;
    }
  }
  ScriptedHandler handler;
  Signal waiting;
  Signal gone;
  Signal told;
};

TEST_P(Disconnect, IsToldToTheWaitingHandler) {
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/wait"));
  ASSERT_TRUE(waiting.wait());
  leave(client);
  EXPECT_TRUE(gone.wait());
  EXPECT_TRUE(told.is_set());
  EXPECT_TRUE(server.wait_for_connections(0));
}

TEST_P(Disconnect, IsSeenBehindUnreadPipelinedBytes) {
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/wait"));
  ASSERT_TRUE(waiting.wait());
  client.send("\r\n" + get("/next"));
  leave(client);
  EXPECT_TRUE(gone.wait());
}

TEST_P(Disconnect, IsSeenBehindMorePipelinedBytesThanAreReadAhead) {
  Limits limits;
  limits.pipeline_bytes = 1000;
  TestServer server(handler, limits);
  RawClient client(server.port());
  client.send(get("/wait"));
  ASSERT_TRUE(waiting.wait());
  client.send(post("/next", std::string(20'000, 'x')));
  leave(client);
  EXPECT_TRUE(gone.wait());
}

TEST_P(Disconnect, IsSeenByAStream) {
  Signal begun;
  handler.on("/stream", [&](Exchange& exchange) -> Task<void> {
    exchange.begin_stream(200, "text/event-stream");
    bool there = true;
    while (there) {
      exchange.write(": still here\n\n");
      there = co_await exchange.flush();
      begun.set();
    }
    gone.set();
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/stream"));
  ASSERT_TRUE(begun.wait());
  leave(client);
  EXPECT_TRUE(gone.wait());
}

INSTANTIATE_TEST_SUITE_P(Ways, Disconnect, testing::Values(Way::close, Way::half_close, Way::reset),
                         [](auto const& way) {
                           switch (way.param) {
                             case Way::close:
                               return "Close";
                             case Way::half_close:
                               return "HalfClose";
                             default:
                               return "Reset";
                           }
                         });

TEST(HalfClose, AClientThatOnlyEndsItsSideStillGetsItsAnswers) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/a") + get("/b"));
  client.half_close();
  EXPECT_EQ(client.read_answer().body, "GET /a ");
  EXPECT_EQ(client.read_answer().body, "GET /b ");
  EXPECT_TRUE(client.at_end());
}

TEST(HalfClose, ARequestThatBreaksOffIsNotAnswered) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  client.send("POST /a HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nabc");
  client.half_close();
  EXPECT_TRUE(client.at_end());
}

TEST(PeerGone, IsToldOnceSoThatAHandlerMayGoOnWithoutThePeer) {
  ScriptedHandler handler;
  std::shared_ptr<Waker> waker;
  Signal gone;
  Signal finished;
  handler.on("/wait", [&](Exchange& exchange) -> Task<void> {
    waker = exchange.waker();
    Exchange::Woken const first = co_await exchange.wait();
    if (first == Exchange::Woken::peer_gone) gone.set();
    Exchange::Woken const second = co_await exchange.wait();
    if (second == Exchange::Woken::notified) finished.set();
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/wait"));
  ASSERT_TRUE(server.wait_for_connections(1));
  client.close();
  ASSERT_TRUE(gone.wait());
  EXPECT_FALSE(finished.is_set());
  waker->wake();
  EXPECT_TRUE(finished.wait());
}

TEST(Cancel, EndsAHandlerThatAwaitsSomethingElse) {
  ScriptedHandler handler;
  Signal waiting;
  Signal ended;
  handler.on("/sleep", [&](Exchange& exchange) -> Task<void> {
    exchange.on_peer_gone([&exchange] { exchange.cancel(); });
    boost::asio::steady_timer timer(exchange.loop().context(), std::chrono::hours(1));
    waiting.set();
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    ended.set();
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/sleep"));
  ASSERT_TRUE(waiting.wait());
  client.close();
  EXPECT_TRUE(ended.wait());
}

TEST(Cancel, EndsOneExchangeAndNotTheConnection) {
  ScriptedHandler handler;
  handler.on("/sleep", [](Exchange& exchange) -> Task<void> {
    exchange.cancel();  // before the wait: said again by a later sweep
    boost::asio::steady_timer timer(exchange.loop().context(), std::chrono::hours(1));
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    Response response;
    response.status = 504;
    exchange.respond(std::move(response));
  });
  handler.on("/nap", [](Exchange& exchange) -> Task<void> {
    boost::asio::steady_timer timer(exchange.loop().context(), std::chrono::milliseconds(1));
    auto const [ec] = co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    Response response;
    response.body = ec ? "cancelled" : "slept";
    exchange.respond(std::move(response));
  });
  TestServer server(handler);
  RawClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    client.send(get("/sleep"));
    EXPECT_EQ(client.read_answer().status, 504);
    client.send(get("/nap"));
    EXPECT_EQ(client.read_answer().body, "slept");
  }
}

}  // namespace
}  // namespace rampart::http::test
