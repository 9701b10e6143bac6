// A legacy session over Streamable HTTP: its id, its streams and their resumption, its loss and its
// end.
#include "unit/upstream/http_harness.hpp"
#include "upstream/http_link.hpp"

namespace rampart::upstream::test {
namespace {
constexpr auto json_type = "application/json";
constexpr auto with_session = "Mcp-Session-Id: s-1\r\n";

/// initialize, the notification after it and DELETE are answered; the rest is the test's.
struct HttpSessionTest : testing::Test {
  void serve(McpPeer::Handler rest) {
    server = std::make_unique<McpPeer>([this, rest](PeerConnection& to, PeerRequest const& asked) {
      if (asks(asked, "initialize"))
        to.respond("200 OK", json_type, result(1), session_line);
      else if (asks(asked, "notifications/initialized"))
        to.respond("202 Accepted", "", "");
      else if (asked.method == "DELETE")
        to.respond("200 OK", "", "");
      else
        rest(to, asked);
    });
  }
  void open(protocol::Version version = protocol::latest_legacy) {
    HttpLinkOptions options{*http_client::parse_url(server->peer.url())};
    options.retry_delay = std::chrono::milliseconds(100);
    link = std::make_unique<HttpLink>(runner.loop, resolver, nullptr, options);
    link->listen(told);
    link->send(request(1, "initialize"));
    runner.run_until([&] { return told.messages.size() == 1; });
    link->negotiated(version);
    link->send(notification("notifications/initialized"));
  }
  void run_until(std::function<bool()> done) { runner.run_until(std::move(done)); }

  std::string session_line = with_session;
  std::unique_ptr<McpPeer> server;
  LoopRunner runner;
  net::Resolver resolver;
  Told told;
  std::unique_ptr<HttpLink> link;
};

void no_stream(PeerConnection& to) {
  to.respond("405 Method Not Allowed", "", "", "Allow: POST\r\n");
}

TEST_F(HttpSessionTest, CarriesItsIdAndVersionAndSaysGoodbye) {
  serve([](PeerConnection& to, PeerRequest const& asked) {
    if (asked.method == "GET") return no_stream(to);
    to.respond("200 OK", json_type, result(2));
  });
  open();
  link->send(request(2, "tools/list"));
  run_until([&] { return told.messages.size() == 2 && server->count("GET") == 1; });
  link->close();
  EXPECT_FALSE(told.closed) << "later, not now";
  run_until([&] { return told.closed.has_value(); });

  auto const seen = server->requests();
  ASSERT_EQ(seen.size(), 5U);
  EXPECT_EQ(seen[0].header("mcp-protocol-version"), "(none)");
  EXPECT_EQ(seen[0].header("mcp-session-id"), "(none)");
  EXPECT_TRUE(asks(seen[1], "notifications/initialized"));
  for (std::size_t i = 1; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].header("mcp-session-id"), "s-1");
    EXPECT_EQ(seen[i].header("mcp-protocol-version"), "2025-11-25");
    EXPECT_EQ(seen[i].header("mcp-method"), "(none)");
  }
  EXPECT_EQ(seen[4].method, "DELETE");
  link->send(request(9, "tools/list"));
  runner.loop.poll();
}

TEST_F(HttpSessionTest, RevisionsBeforeTheVersionHeaderAreNotSentIt) {
  serve([](PeerConnection& to, PeerRequest const& asked) {
    if (asked.method == "GET") return no_stream(to);
    to.respond("200 OK", json_type, result(2));
  });
  open(protocol::Version::v2025_03_26);
  link->send(request(2, "tools/list"));
  run_until([&] { return told.messages.size() == 2; });
  for (auto const& each : server->requests())
    EXPECT_EQ(each.header("mcp-protocol-version"), "(none)");
}

TEST_F(HttpSessionTest, RequestsWaitUntilTheServerKnowsThatItIsInitialized) {
  Signal go;
  server = std::make_unique<McpPeer>([&](PeerConnection& to, PeerRequest const& asked) {
    if (asks(asked, "notifications/initialized")) {
      go.wait();
      to.respond("202 Accepted", "", "");
    } else if (asked.method == "GET") {
      no_stream(to);
    } else {
      to.respond("200 OK", json_type, result(asks(asked, "initialize") ? 1 : 2), with_session);
    }
  });
  open();
  link->send(request(2, "tools/list"));
  link->send(request(3, "tools/call"));
  link->abandon(3);
  run_until([&] { return server->count() == 2; });
  for (int i = 0; i < 20; ++i) runner.loop.poll();
  EXPECT_EQ(server->count(), 2U);
  go.set();
  run_until([&] { return told.messages.size() == 2; });
  for (auto const& each : server->requests()) EXPECT_FALSE(asks(each, "tools/call"));
}

TEST_F(HttpSessionTest, RequestsWaitUntilTheServerHasAnsweredTheGet) {
  Signal go;
  serve([&](PeerConnection& to, PeerRequest const& asked) {
    if (asked.method != "GET") return to.respond("200 OK", json_type, result(2));
    go.wait();
    to.begin_stream();
    to.wait_end();
  });
  open();
  link->send(request(2, "tools/list"));
  run_until([&] { return server->count("GET") == 1; });
  for (int i = 0; i < 20; ++i) runner.loop.poll();
  EXPECT_EQ(server->count(), 3U);
  go.set();
  run_until([&] { return told.messages.size() == 2; });
  EXPECT_TRUE(asks(server->requests().back(), "tools/list"));
}

TEST_F(HttpSessionTest, AServerThatSendsNoHeadBeforeItsFirstEventKeepsRequestsOnlyForAMoment) {
  serve([&](PeerConnection& to, PeerRequest const& asked) {
    if (asked.method == "GET") return to.wait_end();
    to.respond("200 OK", json_type, result(2));
  });
  open();
  link->send(request(2, "tools/list"));
  run_until([&] { return told.messages.size() == 2; });
  EXPECT_EQ(server->count("GET"), 1U);
}

TEST_F(HttpSessionTest, TheListeningStreamBringsNotificationsAndIsAskedForAgainWhereItEnded) {
  serve([&](PeerConnection& to, PeerRequest const& asked) {
    if (asked.method != "GET") return;
    to.begin_stream();
    if (asked.header("last-event-id") == "(none)") {
      to.chunk("retry: 100\n" + event(R"({"jsonrpc":"2.0","method":"one"})", "e1"));
      to.end_stream();
    } else {
      to.chunk(event(R"({"jsonrpc":"2.0","method":"two"})", "e2"));
      to.wait_end();
    }
  });
  open();
  run_until([&] { return told.messages.size() == 3; });
  EXPECT_EQ(told.messages[1].json, R"({"jsonrpc":"2.0","method":"one"})");
  EXPECT_EQ(told.messages[1].request, 0);
  EXPECT_EQ(told.messages[2].json, R"({"jsonrpc":"2.0","method":"two"})");
  auto const seen = server->requests();
  EXPECT_EQ(seen[2].header("accept"), "text/event-stream");
  EXPECT_EQ(seen.back().header("last-event-id"), "e1");
  EXPECT_EQ(seen.back().header("mcp-session-id"), "s-1");
}

TEST_F(HttpSessionTest, AListeningStreamThatFailsForAMomentComesBack) {
  std::atomic<int> asked_for = 0;
  serve([&](PeerConnection& to, PeerRequest const&) {
    int const time = asked_for++;
    if (time == 0) return to.respond("503 Service Unavailable", "", "");
    if (time == 1) return to.interrupt();
    to.begin_stream();
    to.chunk(event(R"({"jsonrpc":"2.0","method":"back"})"));
    to.wait_end();
  });
  open();
  run_until([&] { return told.messages.size() == 2; });
  EXPECT_EQ(asked_for, 3);
  EXPECT_FALSE(told.closed);
}

TEST_F(HttpSessionTest, ARequestsStreamThatEndsBeforeItsAnswerIsTakenUpAgain) {
  serve([](PeerConnection& to, PeerRequest const& asked) {
    if (asked.method == "POST") {
      to.begin_stream();
      to.chunk("retry: 100\nid: p0\ndata:\n\n");
      return to.end_stream();
    }
    std::string const last = asked.header("last-event-id");
    if (last == "(none)") return no_stream(to);
    if (last == "p0") {
      // Cut, after one more event: also something to come back from.
      to.begin_stream();
      to.chunk(event(R"({"jsonrpc":"2.0","method":"n"})", "p1"));
      return to.interrupt();
    }
    to.begin_stream();
    to.chunk(event(result(2), "p2"));
    to.end_stream();
  });
  open();
  link->send(request(2, "tools/call"));
  run_until([&] { return told.messages.size() == 3; });
  EXPECT_EQ(told.messages[1].request, 2);
  EXPECT_EQ(told.messages[2].json, result(2));
  EXPECT_EQ(told.messages[2].request, 2);
  EXPECT_EQ(server->requests().back().header("last-event-id"), "p1");
  EXPECT_TRUE(told.broken.empty());
  EXPECT_EQ(told.released, std::vector<std::int64_t>{2}) << "what was cut was not meant to end";
}

TEST_F(HttpSessionTest, AStreamThatCannotBeTakenUpAgainBreaksItsRequest) {
  for (bool const has_id : {false, true}) {
    told = Told();
    serve([&](PeerConnection& to, PeerRequest const& asked) {
      if (asked.method == "GET") return no_stream(to);
      to.begin_stream();
      to.chunk(event(R"({"jsonrpc":"2.0","method":"n"})", has_id ? "x" : ""));
      to.end_stream();
    });
    open();
    link->send(request(2, "tools/call"));
    run_until([&] { return told.broken.size() == 1; });
    EXPECT_EQ(told.broken[0].first, 2);
    EXPECT_TRUE(told.broken[0].second.sent);
    EXPECT_EQ(told.broken[0].second.http_status, has_id ? 405 : 0);
    link.reset();
  }
}

TEST_F(HttpSessionTest, ASessionThatTheServerForgotIsLost) {
  struct Case {
    char const* status;
    char const* body;
  };
  for (
      Case const& lost :
      {Case{"404 Not Found", ""},
       Case{"404 Not Found",
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}})"},
       Case{
           "400 Bad Request",
           R"({"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"Bad Request: No valid session ID provided"}})"}}) {
    told = Told();
    serve([&](PeerConnection& to, PeerRequest const& asked) {
      if (asked.method == "GET") return no_stream(to);
      to.respond(lost.status, json_type, lost.body);
    });
    open();
    link->send(request(2, "tools/call"));
    run_until([&] { return told.closed.has_value(); });
    ASSERT_EQ(told.broken.size(), 1U);
    EXPECT_FALSE(told.broken[0].second.sent) << "it may be sent again, to a new session";
    EXPECT_NE(told.closed->message.find("session lost"), std::string::npos);
    EXPECT_EQ(told.messages.size(), 1U);
    link.reset();
  }
}

TEST_F(HttpSessionTest, ASessionIsFoundLostByItsListeningStreamToo) {
  serve([](PeerConnection& to, PeerRequest const&) {
    to.respond("404 Not Found", "text/plain", "gone");
  });
  open();
  run_until([&] { return told.closed.has_value(); });
}

TEST_F(HttpSessionTest, WithoutASessionNotFoundIsNothingMoreThanThat) {
  session_line.clear();
  serve([](PeerConnection& to, PeerRequest const& asked) {
    if (asked.method == "GET") return no_stream(to);
    to.respond("404 Not Found", "text/plain", "gone");
  });
  open();
  link->send(request(2, "tools/call"));
  run_until([&] { return told.broken.size() == 1; });
  EXPECT_EQ(told.broken[0].second.http_status, 404);
  link->close();
  run_until([&] { return told.closed.has_value(); });
  EXPECT_EQ(server->count("DELETE"), 0U);
}

TEST_F(HttpSessionTest, ASessionIdThatCannotBeOneIsRefused) {
  session_line = "Mcp-Session-Id: s 1\r\n";
  serve([](PeerConnection&, PeerRequest const&) {});
  HttpLinkOptions options{*http_client::parse_url(server->peer.url())};
  link = std::make_unique<HttpLink>(runner.loop, resolver, nullptr, options);
  link->listen(told);
  link->send(request(1, "initialize"));
  run_until([&] { return told.broken.size() == 1; });
  EXPECT_TRUE(told.messages.empty());
}

TEST_F(HttpSessionTest, ALinkThatWaitsToComeBackCanBeDestroyed) {
  serve([](PeerConnection& to, PeerRequest const&) {
    to.respond("503 Service Unavailable", "", "");
  });
  open();
  run_until([&] { return server->count("GET") == 1; });
  link.reset();
  for (int i = 0; i < 10; ++i) runner.loop.poll();
  EXPECT_FALSE(told.closed);
}

}  // namespace
}  // namespace rampart::upstream::test
