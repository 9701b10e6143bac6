// The HTTP+SSE pair of 2024-11-05 against scripted servers.
#include "upstream/sse_link.hpp"

#include "unit/upstream/http_harness.hpp"

namespace rampart::upstream::test {
namespace {

/// The stream names its endpoint and then brings what is posted there, answered.
struct SseLinkTest : testing::Test {
  void open(McpPeer const& server,
            std::chrono::milliseconds open_timeout = std::chrono::seconds(30)) {
    SseLinkOptions options{*http_client::parse_url(server.peer.url("/app/sse?x=1"))};
    options.open_timeout = open_timeout;
    options.headers = {{"Authorization", "Bearer secret"}};
    link = std::make_unique<SseLink>(runner.loop, resolver, nullptr, options);
    link->listen(told);
  }
  void until_closed() {
    runner.run_until([&] { return told.closed.has_value(); });
  }
  LoopRunner runner;
  net::Resolver resolver;
  Told told;
  std::unique_ptr<SseLink> link;
};

TEST_F(SseLinkTest, PostsToTheEndpointAndReadsFromTheStream) {
  Signal posted;
  McpPeer server([&](PeerConnection& to, PeerRequest const& asked) {
    if (asked.method == "POST") {
      to.respond("202 Accepted", "", "Accepted");
      posted.set();
      return;
    }
    to.begin_stream();
    to.chunk("event: endpoint\ndata: messages?session=7\n\n");
    posted.wait();
    to.chunk("event: message\n" + event(result(1)));
    to.wait_end();
  });
  open(server);
  link->send(request(1, "initialize"));
  runner.run_until([&] { return told.messages.size() == 1; });
  EXPECT_EQ(told.messages[0].json, result(1));
  EXPECT_EQ(told.messages[0].request, 0);
  auto const seen = server.requests();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].target, "/app/sse?x=1");
  EXPECT_EQ(seen[0].header("accept"), "text/event-stream");
  EXPECT_EQ(seen[1].target, "/app/messages?session=7");
  EXPECT_EQ(seen[1].header("content-type"), "application/json");
  EXPECT_EQ(seen[1].header("mcp-protocol-version"), "(none)");
  for (auto const& each : seen) EXPECT_EQ(each.header("authorization"), "Bearer secret");
  link->close();
  EXPECT_FALSE(told.closed) << "later, not now";
  until_closed();
}

TEST_F(SseLinkTest, TheEndOfTheStreamIsTheEndOfTheLink) {
  Signal posted;
  McpPeer server([&](PeerConnection& to, PeerRequest const& asked) {
    if (asked.method == "POST") {
      to.respond("202 Accepted", "", "");
      posted.set();
      return;
    }
    to.begin_stream();
    to.chunk("event: endpoint\ndata: /m\n\n");
    posted.wait();
    to.end_stream();
  });
  open(server);
  link->send(request(1, "initialize"));
  until_closed();
  EXPECT_EQ(told.closed->code, Errc::unavailable);
  EXPECT_TRUE(told.broken.empty());
}

TEST_F(SseLinkTest, AServerWithoutSuchAStreamSaysSoByItsStatus) {
  McpPeer server(
      [](PeerConnection& to, PeerRequest const&) { to.respond("405 Method Not Allowed", "", ""); });
  open(server);
  link->send(request(1, "initialize"));
  until_closed();
  ASSERT_EQ(told.broken.size(), 1U);
  EXPECT_EQ(told.broken[0].second.http_status, 405);
  EXPECT_FALSE(told.broken[0].second.sent);
}

TEST_F(SseLinkTest, AnEndpointOfAnotherOriginIsRefused) {
  McpPeer server([](PeerConnection& to, PeerRequest const&) {
    to.begin_stream();
    to.chunk("event: endpoint\ndata: http://evil.invalid/m\n\n");
    to.wait_end();
  });
  open(server);
  link->send(request(1, "initialize"));
  until_closed();
  EXPECT_NE(told.closed->message.find("another origin"), std::string::npos);
  EXPECT_EQ(server.count(), 1U);
}

TEST_F(SseLinkTest, AServerThatNamesNoEndpointIsGivenUp) {
  McpPeer server([](PeerConnection& to, PeerRequest const&) {
    to.begin_stream();
    to.chunk(": nothing to see\n\n");
    to.wait_end();
  });
  open(server, std::chrono::milliseconds(100));
  link->send(request(1, "initialize"));
  until_closed();
  EXPECT_NE(told.closed->message.find("endpoint in time"), std::string::npos);
}

TEST_F(SseLinkTest, APostThatIsRefusedBreaksItsRequest) {
  McpPeer server([](PeerConnection& to, PeerRequest const& asked) {
    if (asked.method == "POST") return to.respond("500 Internal Server Error", "", "no");
    to.begin_stream();
    to.chunk("event: endpoint\ndata: /m\n\n");
    to.wait_end();
  });
  open(server);
  link->send(request(1, "initialize"));
  runner.run_until([&] { return told.broken.size() == 1; });
  EXPECT_EQ(told.broken[0].second.http_status, 500);
  EXPECT_FALSE(told.closed);
  link.reset();
  for (int i = 0; i < 10; ++i) runner.loop.poll();
}

TEST_F(SseLinkTest, ALinkMayBeDestroyedByWhatItTells) {
  McpPeer server([](PeerConnection& to, PeerRequest const&) {
    to.begin_stream();
    to.chunk(event("1") + event("2"));
    to.wait_end();
  });
  open(server);
  told.then = [this] { link.reset(); };
  link->send(request(1, "initialize"));
  runner.run_until([&] { return told.messages.size() == 1; });
  for (int i = 0; i < 10; ++i) runner.loop.poll();
  EXPECT_EQ(told.messages.size(), 1U);
}

TEST(SseEndpointTest, IsResolvedAgainstTheStreamsUrl) {
  auto const base = *http_client::parse_url("http://h:81/a/b/sse?q");
  EXPECT_EQ(resolve_endpoint(base, "/m?s=1"), "/m?s=1");
  EXPECT_EQ(resolve_endpoint(base, "m"), "/a/b/m");
  EXPECT_EQ(resolve_endpoint(base, "?s=1"), "/a/b/sse?s=1");
  EXPECT_EQ(resolve_endpoint(base, "http://H:81/x"), "/x");
  EXPECT_EQ(resolve_endpoint(base, "//h:81/x"), "/x");
  EXPECT_EQ(resolve_endpoint(base, "m?at=12:30"), "/a/b/m?at=12:30");
  for (auto const* bad : {"", "https://h:81/x", "http://h/x", "http://h:82/x", "//other/x",
                          "http://u@h:81/x", "ftp://h:81/x", "javascript:x", "/a b", "/a#b"})
    EXPECT_FALSE(resolve_endpoint(base, bad)) << bad;
}

}  // namespace
}  // namespace rampart::upstream::test
