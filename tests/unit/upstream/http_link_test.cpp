// Streamable HTTP against scripted servers: requests and their answers, good and bad.
#include "upstream/http_link.hpp"

#include "unit/upstream/http_harness.hpp"

namespace rampart::upstream::test {
namespace {
constexpr auto json_type = "application/json; charset=utf-8";

struct HttpLinkTest : testing::Test {
  HttpLink& open(McpPeer const& server, http_client::Headers headers = {}) {
    HttpLinkOptions options{*http_client::parse_url(server.peer.url("/mcp?key=1"))};
    options.headers = std::move(headers);
    options.max_message_bytes = 10'000;
    link = std::make_unique<HttpLink>(runner.loop, resolver, nullptr, options);
    link->listen(told);
    return *link;
  }
  HttpLink& open_modern(McpPeer const& server) {
    open(server).negotiated(protocol::latest_modern);
    return *link;
  }
  void until_told(std::size_t messages, std::size_t broken = 0) {
    runner.run_until(
        [&] { return told.messages.size() >= messages && told.broken.size() >= broken; });
  }
  Broken broken_by(McpPeer& server) {
    open_modern(server).send(request(1, "tools/list"));
    until_told(0, 1);
    EXPECT_TRUE(told.messages.empty());
    EXPECT_EQ(told.broken.size(), 1U);
    return told.broken.empty() ? Broken() : told.broken[0].second;
  }
  LoopRunner runner;
  net::Resolver resolver;
  Told told;
  std::unique_ptr<HttpLink> link;
};

TEST_F(HttpLinkTest, AModernRequestCarriesItsHeadersAndNoSession) {
  McpPeer server([](PeerConnection& connection, PeerRequest const& asked) {
    connection.respond("200 OK", json_type, result(asks(asked, "server/discover") ? 1 : 2),
                       "Mcp-Session-Id: unwanted\r\n");
  });
  open(server, {{"Authorization", "Bearer secret"}, {"accept", "text/html"}});
  link->send(request(1, "server/discover"));
  until_told(1);
  link->negotiated(protocol::latest_modern);
  Outgoing call = request(2, "tools/call");
  call.name = "größe";
  call.param_headers = {{"Mcp-Param-Region", "eu-west"}, {"Mcp-Param-Text", " x"}};
  link->send(call);
  until_told(2);

  auto const seen = server.requests();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].method, "POST");
  EXPECT_EQ(seen[0].target, "/mcp?key=1");
  for (auto const& each : seen) {
    EXPECT_EQ(each.header("accept"), "application/json, text/event-stream");
    EXPECT_EQ(each.header("content-type"), "application/json");
    EXPECT_EQ(each.header("mcp-protocol-version"), "2026-07-28");
    EXPECT_EQ(each.header("authorization"), "Bearer secret");
    EXPECT_EQ(each.header("mcp-session-id"), "(none)");
  }
  EXPECT_EQ(seen[0].header("mcp-method"), "server/discover");
  EXPECT_EQ(seen[1].header("mcp-method"), "tools/call");
  EXPECT_EQ(seen[1].header("mcp-name"), "=?base64?Z3LDtsOfZQ==?=");
  EXPECT_EQ(seen[1].header("mcp-param-region"), "eu-west");
  EXPECT_EQ(seen[1].header("mcp-param-text"), "=?base64?IHg=?=");
  EXPECT_EQ(told.messages[1].request, 2);
  EXPECT_EQ(told.messages[1].json, result(2));
  EXPECT_EQ(server.peer.accepted(), 1);
}

TEST_F(HttpLinkTest, AStreamsEventsComeWithTheirRequestHoweverTheyAreSplit) {
  McpPeer server([](PeerConnection& connection, PeerRequest const&) {
    connection.begin_stream();
    std::string const text = ": hello\r\n\r\nevent: message\r\n" +
                             event(R"({"jsonrpc":"2.0","method":"n"})") + event(result(7));
    for (char const byte : text) connection.chunk({&byte, 1});
    connection.end_stream();
  });
  open_modern(server).send(request(7, "tools/call"));
  until_told(2);
  EXPECT_EQ(told.messages[0].json, R"({"jsonrpc":"2.0","method":"n"})");
  EXPECT_EQ(told.messages[0].request, 7);
  EXPECT_EQ(told.messages[1].json, result(7));
  EXPECT_TRUE(told.broken.empty());
  // The stream's end leaves a connection for the next request.
  link->send(request(8, "tools/call"));
  until_told(4);
  EXPECT_EQ(server.peer.accepted(), 1);
}

TEST_F(HttpLinkTest, AModernStreamThatEndsTooEarlyIsNotAskedForAgain) {
  McpPeer server([](PeerConnection& connection, PeerRequest const&) {
    connection.begin_stream();
    connection.chunk(event(R"({"jsonrpc":"2.0","method":"n"})", "1"));
    connection.end_stream();
  });
  open_modern(server).send(request(7, "tools/call"));
  until_told(1, 1);
  EXPECT_EQ(told.broken[0].first, 7);
  EXPECT_TRUE(told.broken[0].second.sent);
  EXPECT_EQ(server.count(), 1U);
}

TEST_F(HttpLinkTest, AJsonRpcErrorWithAnHttpStatusIsAMessage) {
  std::string const error = R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}})";
  McpPeer server([&](PeerConnection& connection, PeerRequest const&) {
    connection.respond("404 Not Found", json_type, error);
  });
  open_modern(server).send(request(1, "no/such"));
  until_told(1);
  EXPECT_EQ(told.messages[0].json, error);
  EXPECT_EQ(told.messages[0].http_status, 404);
  EXPECT_TRUE(told.broken.empty());
}

TEST_F(HttpLinkTest, APageOfHtmlIsNoAnswer) {
  McpPeer server([](PeerConnection& connection, PeerRequest const&) {
    connection.respond("500 Internal Server Error", "text/html", "<h1>oops</h1>");
  });
  Broken const why = broken_by(server);
  EXPECT_EQ(why.http_status, 500);
  EXPECT_EQ(why.error.code, Errc::unavailable);
  EXPECT_EQ(why.error.message, "the upstream failed (HTTP 500)");
  EXPECT_EQ(why.error.detail, "<h1>oops</h1>");
}

TEST_F(HttpLinkTest, RefusedCredentialsAreToldWithoutTheServersWords) {
  for (std::string const status : {"401 Unauthorized", "403 Forbidden"}) {
    told = Told();
    McpPeer server([&](PeerConnection& connection, PeerRequest const&) {
      connection.respond(status, json_type,
                         R"({"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"its words"}})",
                         "WWW-Authenticate: Bearer realm=\"its words\"\r\n");
    });
    Broken const why = broken_by(server);
    EXPECT_EQ(std::to_string(why.http_status), status.substr(0, 3));
    EXPECT_NE(why.error.message.find("credentials"), std::string::npos);
    EXPECT_NE(why.error.message.find(status.substr(0, 3)), std::string::npos);
    EXPECT_EQ((why.error.message + why.error.detail).find("its words"), std::string::npos);
  }
}

TEST_F(HttpLinkTest, ARedirectIsNotFollowed) {
  McpPeer elsewhere([](PeerConnection& connection, PeerRequest const&) {
    connection.respond("200 OK", json_type, result(1));
  });
  McpPeer server([&](PeerConnection& connection, PeerRequest const&) {
    connection.respond("308 Permanent Redirect", "", "",
                       "Location: " + elsewhere.peer.url() + "\r\n");
  });
  Broken const why = broken_by(server);
  EXPECT_EQ(why.http_status, 308);
  EXPECT_NE(why.error.message.find("redirect"), std::string::npos);
  EXPECT_EQ(elsewhere.peer.accepted(), 0);
}

TEST_F(HttpLinkTest, AnAnswerWithoutAnAnswerIsBroken) {
  McpPeer server([](PeerConnection& connection, PeerRequest const&) {
    connection.respond("202 Accepted", "", "");
  });
  EXPECT_EQ(broken_by(server).http_status, 202);
}

TEST_F(HttpLinkTest, AnAnswerToAnotherRequestIsDeliveredAndTheRequestBroken) {
  McpPeer server([](PeerConnection& connection, PeerRequest const&) {
    connection.respond("200 OK", json_type, result(99));
  });
  open_modern(server).send(request(1, "tools/list"));
  until_told(1, 1);
  EXPECT_EQ(told.broken[0].first, 1);
}

TEST_F(HttpLinkTest, MessagesOverTheBoundAreRefused) {
  for (bool const stream : {false, true}) {
    told = Told();
    McpPeer server([&](PeerConnection& connection, PeerRequest const&) {
      std::string const large(20'000, 'x');
      if (!stream) return connection.respond("200 OK", json_type, large);
      connection.begin_stream();
      connection.chunk("data: " + large);
    });
    EXPECT_NE(broken_by(server).error.message.find("more than 10000 bytes"), std::string::npos);
  }
}

TEST_F(HttpLinkTest, WhereNobodyListensTheRequestWasNotSent) {
  auto server = std::make_unique<McpPeer>([](PeerConnection&, PeerRequest const&) {});
  open_modern(*server);
  server.reset();
  link->send(request(1, "tools/list"));
  EXPECT_TRUE(told.broken.empty()) << "later, not now";
  until_told(0, 1);
  EXPECT_FALSE(told.broken[0].second.sent);
  EXPECT_EQ(told.broken[0].second.http_status, 0);
}

TEST_F(HttpLinkTest, AConnectionThatBreaksAfterTheRequestMayHaveDeliveredIt) {
  McpPeer server([](PeerConnection& connection, PeerRequest const&) { connection.interrupt(); });
  EXPECT_TRUE(broken_by(server).sent);
}

TEST_F(HttpLinkTest, AbandoningARequestClosesItsStreamAndNothingMoreIsTold) {
  Signal ended;
  McpPeer server([&](PeerConnection& connection, PeerRequest const&) {
    connection.begin_stream();
    connection.chunk(event(R"({"jsonrpc":"2.0","method":"n"})"));
    connection.wait_end();
    ended.set();
  });
  open_modern(server).send(request(1, "tools/call"));
  until_told(1);
  link->abandon(1);
  runner.run_until([&] { return runner.tasks.running() == 0; });
  runner.loop.poll();
  EXPECT_TRUE(ended.wait());
  runner.loop.poll();
  EXPECT_EQ(told.messages.size(), 1U);
  EXPECT_TRUE(told.broken.empty());
}

TEST_F(HttpLinkTest, ALinkMayBeDestroyedByWhatItTells) {
  McpPeer server([](PeerConnection& connection, PeerRequest const&) {
    connection.begin_stream();
    connection.chunk(event(R"({"jsonrpc":"2.0","method":"n"})") + event(result(1)));
    connection.end_stream();
  });
  open_modern(server).send(request(1, "tools/call"));
  told.then = [this] { link.reset(); };
  until_told(1);
  runner.loop.poll();
  EXPECT_EQ(told.messages.size(), 1U);
}

TEST_F(HttpLinkTest, DestroyingTheLinkEndsWhatIsInFlightInSilence) {
  McpPeer server([](PeerConnection& connection, PeerRequest const& asked) {
    if (asks(asked, "tools/list")) connection.begin_stream();
    connection.wait_end();
  });
  open_modern(server);
  link->send(request(1, "tools/list"));
  link->send(request(2, "tools/call"));
  runner.run_until([&] { return server.count() == 2; });
  link.reset();
  for (int i = 0; i < 10; ++i) runner.loop.poll();
  EXPECT_TRUE(told.messages.empty());
  EXPECT_TRUE(told.broken.empty());
  EXPECT_FALSE(told.closed);
}

TEST_F(HttpLinkTest, AnswersAndNotificationsAreAcceptedInSilence) {
  McpPeer server([](PeerConnection& connection, PeerRequest const& asked) {
    bool const good = asks(asked, "good");
    connection.respond(good ? "202 Accepted" : "400 Bad Request", json_type,
                       good ? "" : R"({"jsonrpc":"2.0","error":{"code":-32600,"message":"bad"}})");
  });
  open_modern(server);
  link->send(notification("good"));
  runner.run_until([&] { return server.count() == 1; });
  link->send(notification("bad"));
  link->send(request(1, "bad"));
  until_told(1);
  EXPECT_EQ(told.messages.size(), 1U);
  EXPECT_TRUE(told.broken.empty());
}

}  // namespace
}  // namespace rampart::upstream::test
