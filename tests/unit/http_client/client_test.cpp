// Whole requests over real sockets: framing, kept connections, limits, and what ends them.
#include "http_client/client.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "unit/http_client/harness.hpp"
#include "unit/net/peer.hpp"

namespace rampart::http_client::test {
namespace {

struct ClientTest : testing::Test {
  std::unique_ptr<Client> client(Peer const& peer, ClientLimits limits = ClientLimits()) {
    return std::make_unique<Client>(runner.loop, resolver, nullptr, *parse_url(peer.url()), limits);
  }
  Whole exchange(Client& from, Request request) {
    return runner.run(fetch(&from, std::move(request), runner.soon()));
  }
  LoopRunner runner;
  Resolver resolver;
};

void echo(PeerConnection& connection) {
  for (;;) {
    PeerRequest const request = connection.read_request();
    if (request.method.empty()) return;
    connection.respond("200 OK", "text/plain",
                       request.method + " " + request.target + " " + request.body);
  }
}

TEST_F(ClientTest, SendsHeadersAndBodyAndReadsTheAnswer) {
  PeerRequest seen;
  Peer peer([&](PeerConnection& connection) {
    seen = connection.read_request();
    connection.respond("201 Created", "text/plain", "hello", "X-One: 1\r\n");
    connection.wait_end();
  });
  auto const from = client(peer);
  Request request = post("body", "/path?q=1");
  request.headers = {{"X-Two", "two"}};
  Whole const whole = exchange(*from, request);
  EXPECT_FALSE(whole.error);
  EXPECT_EQ(whole.status, 201);
  EXPECT_EQ(whole.head.find("x-one"), "1");
  EXPECT_EQ(whole.body, "hello");
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/path?q=1");
  EXPECT_EQ(seen.header("host"), "127.0.0.1:" + std::to_string(peer.port()));
  EXPECT_EQ(seen.header("x-two"), "two");
  EXPECT_EQ(seen.body, "body");
}

TEST_F(ClientTest, UsesOneConnectionForOneRequestAfterAnother) {
  Peer peer(echo);
  auto const from = client(peer);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(exchange(*from, post("x")).body, "POST /mcp x");
  EXPECT_EQ(peer.accepted(), 1);
  EXPECT_EQ(from->idle_connections(), 1U);
}

TEST_F(ClientTest, KeepsNoMoreConnectionsThanItsLimit) {
  Peer peer(echo);
  ClientLimits limits;
  limits.max_idle_connections = 2;
  auto const from = client(peer, limits);
  std::optional<Whole> answers[4];
  for (auto& each : answers) runner.start(fetch(from.get(), post("x"), runner.soon()), &each);
  runner.run_until([&] { return answers[0] && answers[1] && answers[2] && answers[3]; });
  EXPECT_EQ(peer.accepted(), 4);
  EXPECT_EQ(from->idle_connections(), 2U);
}

TEST_F(ClientTest, AConnectionThatTheServerClosedMeanwhileIsNotUsed) {
  Signal closed;
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    connection.respond("200 OK", "text/plain", "x");
    connection.close();
    closed.set();
  });
  auto const from = client(peer);
  EXPECT_EQ(exchange(*from, post("one")).status, 200);
  ASSERT_TRUE(closed.wait());
  EXPECT_EQ(exchange(*from, post("two")).status, 200);
  EXPECT_EQ(peer.accepted(), 2);
}

TEST_F(ClientTest, AKeptConnectionLeavesThePoolWhenTheServerClosesIt) {
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    connection.respond("200 OK", "text/plain", "x");
  });
  auto const from = client(peer);
  EXPECT_EQ(exchange(*from, post("one")).status, 200);
  runner.run_until([&] { return from->idle_connections() == 0; });
}

TEST_F(ClientTest, TheServersOwnIdleLimitIsRespected) {
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    connection.respond("200 OK", "text/plain", "x", "Keep-Alive: timeout=1\r\n");
    connection.wait_end();
  });
  auto const from = client(peer);
  EXPECT_EQ(exchange(*from, post("one")).status, 200);
  EXPECT_EQ(from->idle_connections(), 0U);
}

TEST_F(ClientTest, ABodyThatDripsInSmallPiecesArrivesWhole) {
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    std::string const text =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for (char const byte : text) connection.write(std::string(1, byte));
    connection.wait_end();
  });
  auto const from = client(peer);
  Whole const whole = exchange(*from, get());
  EXPECT_FALSE(whole.error);
  EXPECT_EQ(whole.body, "hello");
  EXPECT_EQ(from->idle_connections(), 1U);
}

TEST_F(ClientTest, LargeBodiesGoBothWays) {
  std::string const large(5'000'000, 'x');
  Peer peer([&](PeerConnection& connection) {
    PeerRequest const request = connection.read_request();
    connection.respond("200 OK", "text/plain", request.body);
    connection.wait_end();
  });
  auto const from = client(peer);
  Whole const whole = exchange(*from, post(large));
  EXPECT_FALSE(whole.error);
  EXPECT_EQ(whole.body, large);
}

TEST_F(ClientTest, AnAnswerThatComesBeforeTheRequestWasReadIsTaken) {
  Signal done;
  Peer peer([&](PeerConnection& connection) {
    connection.respond("413 Content Too Large", "text/plain", "no");
    done.wait();  // reads nothing, so the client's writing gets stuck
  });
  auto const from = client(peer);
  Whole const whole = exchange(*from, post(std::string(50'000'000, 'x')));
  done.set();
  EXPECT_EQ(whole.status, 413);
  EXPECT_EQ(whole.body, "no");
  EXPECT_EQ(from->idle_connections(), 0U);
}

TEST_F(ClientTest, HeadersOverTheLimitAreRefused) {
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    connection.respond("200 OK", "text/plain", "x", "X: " + std::string(100'000, 'x') + "\r\n");
    connection.wait_end();
  });
  auto const from = client(peer);
  Whole const whole = exchange(*from, get());
  ASSERT_TRUE(whole.error);
  EXPECT_EQ(whole.error->code, Errc::unavailable);
  EXPECT_TRUE(whole.sent);
}

TEST_F(ClientTest, ARedirectIsAnAnswerLikeAnyOther) {
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    connection.respond("307 Temporary Redirect", "", "", "Location: http://127.0.0.1:1/\r\n");
    connection.wait_end();
  });
  auto const from = client(peer);
  EXPECT_EQ(exchange(*from, post("x")).status, 307);
  EXPECT_EQ(peer.accepted(), 1);
}

TEST_F(ClientTest, WhereNobodyListensNothingWasSent) {
  std::string url;
  {
    Peer const gone([](PeerConnection&) {});
    url = gone.url();
  }
  Client from(runner.loop, resolver, nullptr, *parse_url(url));
  Whole const whole = exchange(from, post("x"));
  ASSERT_TRUE(whole.error);
  EXPECT_EQ(whole.error->code, Errc::unavailable);
  EXPECT_FALSE(whole.sent);
}

TEST_F(ClientTest, AConnectionThatBreaksAfterTheRequestMayHaveDeliveredIt) {
  for (bool const reset : {false, true}) {
    Peer peer([&](PeerConnection& connection) {
      connection.read_request();
      if (reset)
        connection.reset();
      else
        connection.close();
    });
    auto const from = client(peer);
    Whole const whole = exchange(*from, post("x"));
    ASSERT_TRUE(whole.error);
    EXPECT_EQ(whole.error->code, Errc::unavailable);
    EXPECT_TRUE(whole.sent);
    EXPECT_EQ(peer.accepted(), 1) << "it must not be sent again";
  }
}

TEST_F(ClientTest, AKeptConnectionThatBreaksAfterTheServerGotTheRequestIsNotReplaced) {
  std::atomic<int> requests = 0;
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    ++requests;
    connection.respond("200 OK", "text/plain", "x");
    if (!connection.read_request().method.empty()) ++requests;
  });
  auto const from = client(peer);
  EXPECT_EQ(exchange(*from, post("one")).status, 200);
  Whole const second = exchange(*from, post("two"));
  EXPECT_TRUE(second.error);
  EXPECT_TRUE(second.sent);
  EXPECT_EQ(requests, 2);
  EXPECT_EQ(peer.accepted(), 1);
}

TEST_F(ClientTest, ABodyThatIsCutOffIsAnError) {
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  });
  auto const from = client(peer);
  Whole const whole = exchange(*from, get());
  EXPECT_TRUE(whole.got_head);
  EXPECT_EQ(whole.body, "half");
  ASSERT_TRUE(whole.error);
  EXPECT_EQ(whole.error->code, Errc::unavailable);
}

TEST_F(ClientTest, ADeadlineEndsTheWaitForAnAnswer) {
  Peer peer([&](PeerConnection& connection) { connection.wait_end(); });
  auto const from = client(peer);
  Whole const whole =
      runner.run(fetch(from.get(), post("x"), runner.loop.now() + std::chrono::milliseconds(100)));
  ASSERT_TRUE(whole.error);
  EXPECT_EQ(whole.error->code, Errc::deadline);
  EXPECT_TRUE(whole.sent);
}

Task<TransferError> failure_of(Client* client, std::function<void()>* cancel) {
  Answer const answer = co_await client->send(post("x"), base::Steady::time_point::max(), cancel);
  co_return answer ? TransferError() : answer.error();
}

TEST_F(ClientTest, CancellingEndsTheWaitAndClosesTheConnection) {
  Signal asked;
  Signal ended;
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    asked.set();
    connection.wait_end();
    ended.set();
  });
  auto const from = client(peer);
  std::function<void()> cancel;
  std::optional<TransferError> result;
  runner.start(failure_of(from.get(), &cancel), &result);
  runner.run_until([&] { return peer.accepted() == 1; });
  runner.loop.post([&] {
    asked.wait();
    cancel();
  });
  runner.run_until([&] { return result.has_value(); });
  EXPECT_EQ(result->error.code, Errc::cancelled);
  EXPECT_TRUE(result->sent);
  EXPECT_TRUE(ended.wait());
  cancel();  // late, and harmless
}

TEST_F(ClientTest, DestroyingTheClientEndsWhatIsInFlight) {
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    if (connection.index() == 0) connection.begin_stream();
    connection.wait_end();
  });
  auto from = client(peer);
  std::optional<Whole> streaming;
  std::optional<Whole> waiting;
  runner.start(fetch(from.get(), get(), runner.soon()), &streaming);
  runner.run_until([&] { return peer.accepted() == 1; });
  runner.start(fetch(from.get(), get(), runner.soon()), &waiting);
  runner.run_until([&] { return peer.accepted() == 2; });
  from.reset();
  runner.run_until([&] { return streaming && waiting; });
  EXPECT_EQ(streaming->error->code, Errc::cancelled);
  EXPECT_EQ(waiting->error->code, Errc::cancelled);
}

TEST_F(ClientTest, ALoopThatNeverTurnsAgainLeaksNothing) {
  Peer peer([&](PeerConnection& connection) { connection.wait_end(); });
  auto from = client(peer);
  std::optional<Whole> waiting;
  runner.start(fetch(from.get(), get(), runner.soon()), &waiting);
  runner.run_until([&] { return peer.accepted() == 1; });
  from.reset();
  EXPECT_FALSE(waiting);
}

Task<bool> give_up_after_head(Client* client, base::Steady::time_point deadline) {
  Answer answer = co_await client->send(get(), deadline);
  co_return answer.has_value();
}

TEST_F(ClientTest, AResponseThatIsGivenUpClosesItsConnection) {
  Signal ended;
  Peer peer([&](PeerConnection& connection) {
    connection.read_request();
    connection.begin_stream();
    connection.chunk("one");
    connection.wait_end();
    ended.set();
  });
  auto const from = client(peer);
  EXPECT_TRUE(runner.run(give_up_after_head(from.get(), runner.soon())));
  EXPECT_TRUE(ended.wait());
  EXPECT_EQ(from->idle_connections(), 0U);
}

TEST_F(ClientTest, AHeaderThatWouldBeTwoLinesIsNeverSent) {
  Peer peer(echo);
  auto const from = client(peer);
  Request request = post("x");
  request.headers = {{"X-A", "b\r\nX-Evil: 1"}};
  Whole const whole = exchange(*from, request);
  ASSERT_TRUE(whole.error);
  EXPECT_EQ(whole.error->code, Errc::invalid_params);
  EXPECT_FALSE(whole.sent);
  EXPECT_EQ(peer.accepted(), 0);
}

}  // namespace
}  // namespace rampart::http_client::test
