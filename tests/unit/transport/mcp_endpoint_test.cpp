// Streamable HTTP: when an answer is a body and when a stream, what a lost connection means, and
// which refusal counts as what.
#include "endpoint_harness.hpp"

namespace rampart::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Test;

constexpr std::string_view both = "application/json, text/event-stream";

class Endpoint : public EndpointTest {
 protected:
  Endpoint() {
    server.tool("echo", "Echoes", [] { return std::string("said"); }).quick();
    server.tool("wait", "Waits", [this](Context& context) {
      while (!go && !context.stop_token().stop_requested()) std::this_thread::yield();
      stopped = context.stop_token().stop_requested();
      return std::string("late");
    });
    server
        .tool("talk", "Reports progress four times",
              [](Context& context) {
                for (int step = 1; step <= 4; ++step) context.progress(step);
                return std::string("told");
              })
        .quick();
    server.tool("ask", "Asks", [](Context& context) -> Result<std::string> {
      auto const said = context.sample("s", SampleRequest("Say"));
      if (!said) return Failure(said.error());
      return said->text;
    });
  }
  static std::string post(std::string const& body, std::string const& lines,
                          std::string_view accept = both) {
    return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: " +
           std::string(accept) + "\r\n" + lines + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  static std::string modern(std::string const& method, std::string const& params,
                            std::string const& name, std::string_view accept = both) {
    return post(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":{)" + params +
                    R"(,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                    R"("io.modelcontextprotocol/clientCapabilities":{"sampling":{}},)"
                    R"("progressToken":"t"}}})",
                "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: " + method + "\r\n" +
                    (name.empty() ? "" : "Mcp-Name: " + name + "\r\n"),
                accept);
  }
  static std::string call(std::string const& tool, std::string_view accept = both) {
    return modern("tools/call", R"("name":")" + tool + "\"", tool, accept);
  }
  /// The session's line for further requests.
  std::string handshake(std::string const& version) {
    auto const peer = connect();
    peer->send(post(
        R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" + version +
            R"(","capabilities":{"sampling":{}},"clientInfo":{"name":"t","version":"1"}}})",
        ""));
    auto const head = peer->head();
    auto const at = head.find("Mcp-Session-Id: ");
    return head.substr(at, head.find("\r\n", at) + 2 - at);
  }
  static std::string legacy(std::string const& session, std::string const& tool,
                            std::string_view accept = both) {
    return post(R"({"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":")" + tool +
                    R"(","_meta":{"progressToken":"t"}}})",
                session, accept);
  }
  static bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  }
  /// How many of the four arrive before the answer, which does.
  int messages_of_talk() {
    auto const peer = connect();
    peer->send(call("talk"));
    auto const events = peer->until("told");
    int count = 0;
    for (auto at = events.find("/progress"); at != std::string::npos;
         at = events.find("/progress", at + 1))
      ++count;
    return count;
  }
};

TEST_F(Endpoint, AnAnswerIsOneBodyAndAfterTheFirstMessageAStream) {
  auto const peer = connect();
  peer->send(call("echo"));
  auto head = peer->head();
  EXPECT_TRUE(has(head, "200") && has(head, "application/json")) << head;
  EXPECT_TRUE(has(peer->body(head), "said"));
  peer->send(call("talk"));
  head = peer->head();
  EXPECT_TRUE(has(head, "text/event-stream") && has(head, "X-Accel-Buffering: no")) << head;
  auto const events = peer->until("told");
  EXPECT_LT(events.find("notifications/progress"), events.find("told"));
  EXPECT_FALSE(has(events, "id: ")) << "nothing can be resumed in this era";
}

TEST_F(Endpoint, AQuietAnswerBecomesAStreamAtItsTimeAndThenSaysThatItLives) {
  auto const peer = connect();
  peer->send(call("wait"));
  engine().run_until([this] { return engine().dispatcher.running() == 1; });
  advance(options.stream_after - milliseconds(1));
  EXPECT_TRUE(peer->silent());
  advance(milliseconds(1));
  EXPECT_TRUE(has(peer->head(), "text/event-stream"));
  advance(options.keep_alive - milliseconds(1));
  EXPECT_TRUE(peer->silent());
  advance(milliseconds(1));
  EXPECT_TRUE(has(peer->until("\n\n"), ":"));
  go = true;
  EXPECT_TRUE(has(peer->until("late"), "data:"));
}

TEST_F(Endpoint, AClientThatTakesJsonOnlyWaitsForOneBody) {
  auto const peer = connect();
  peer->send(call("wait", "application/json"));
  engine().run_until([this] { return engine().dispatcher.running() == 1; });
  advance(seconds(30));
  EXPECT_TRUE(peer->silent());
  go = true;
  auto const head = peer->head();
  EXPECT_TRUE(has(head, "application/json")) << head;
  EXPECT_TRUE(has(peer->body(head), "late"));
}

TEST_F(Endpoint, WhatCannotBeAskedWithoutAStreamIsAnErrorThatSaysWhy) {
  auto const session = handshake("2025-11-25");
  auto const peer = connect();
  peer->send(legacy(session, "ask", "application/json"));
  auto const head = peer->head();
  EXPECT_TRUE(has(peer->body(head), "text/event-stream"));
}

TEST_F(Endpoint, AStreamHoldsAsManyMessagesAsItsBound) {
  options.stream_messages = 4;
  EXPECT_EQ(messages_of_talk(), 4);
}

TEST_F(Endpoint, AStreamLosesTheMessagesBeyondItsBoundAndNotTheAnswer) {
  options.stream_messages = 3;
  EXPECT_EQ(messages_of_talk(), 3);
}

TEST_F(Endpoint, ALostConnectionWithdrawsAModernCallOnly) {
  auto peer = connect();
  peer->send(call("wait"));
  engine().run_until([this] { return engine().dispatcher.running() == 1; });
  peer->close();
  engine().run_until([this] { return engine().dispatcher.running() == 0; });
  engine().run_until([this] { return stopped.load(); });

  stopped = false;
  auto const session = handshake("2025-06-18");
  peer = connect();
  peer->send(legacy(session, "wait"));
  engine().run_until([this] { return engine().dispatcher.running() == 1; });
  peer->close();
  EXPECT_TRUE(connect()->silent()) << "the loop has seen the end";
  EXPECT_EQ(engine().dispatcher.running(), 1u);
  go = true;
  engine().run_until([this] { return engine().dispatcher.running() == 0; });
  EXPECT_FALSE(stopped);
}

TEST_F(Endpoint, OnlyStreamsOf20251125BeginWithAnEmptyEvent) {
  for (auto const& [version, primes] :
       {std::pair("2025-11-25", true), std::pair("2025-06-18", false),
        std::pair("2025-03-26", false)}) {
    SCOPED_TRACE(version);
    auto const session = handshake(version);
    auto const peer = connect();
    peer->send(legacy(session, "talk"));
    EXPECT_TRUE(has(peer->head(), "text/event-stream"));
    auto const first = peer->until("\n\n");
    EXPECT_EQ(has(first, "retry: 500"), primes) << first;
    EXPECT_EQ(has(first, "progress"), !primes) << first;
    peer->until("told");
  }
}

TEST_F(Endpoint, ABatchHasItsNumberOfMessagesAndNoMore) {
  options.max_batch = 2;
  auto const session = handshake("2025-03-26");
  auto const ping = [](int id) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":"ping"})";
  };
  auto const peer = connect();
  peer->send(post("[" + ping(1) + "," + ping(2) + "]", session));
  EXPECT_TRUE(has(peer->body(peer->head()), "\"id\":2"));
  EXPECT_EQ(rejections(), std::vector<Rejection>{});
  peer->send(post("[" + ping(1) + "," + ping(2) + "," + ping(3) + "]", session));
  auto const head = peer->head();
  EXPECT_TRUE(has(head, "400")) << head;
  EXPECT_TRUE(has(peer->body(head), "1 to 2 messages"));
  EXPECT_EQ(rejections(), std::vector{Rejection::parse});
}

TEST_F(Endpoint, EachRefusalIsToldUnderItsReason) {
  std::string const good = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  struct Case {
    std::string request;
    std::string_view status;
    Rejection why;
  };
  auto without = [](std::string request, std::string const& line, std::string const& instead) {
    return request.replace(request.find(line), line.size(), instead);
  };
  for (auto const& [request, status, why] : std::vector<Case>{
           {without(call("echo"), "Host: localhost", "Host: evil.example"), "403", Rejection::host},
           {without(call("echo"), "Host: localhost",
                    "Host: localhost\r\nOrigin: http://evil.example"),
            "403", Rejection::origin},
           {without(call("echo"), "Content-Type: application/json", "Content-Type: text/plain"),
            "415", Rejection::header},
           {call("echo", "text/html"), "406", Rejection::header},
           {without(call("echo"), "Mcp-Name: echo", "Mcp-Name: other"), "400", Rejection::header},
           {post("{", ""), "400", Rejection::parse},
           {post(R"({"id":1})", ""), "400", Rejection::parse},
           {post(good, ""), "400", Rejection::header},
           {post(good, "Mcp-Session-Id: gone\r\n"), "404", Rejection::header},
       }) {
    SCOPED_TRACE(request);
    auto const peer = connect();
    peer->send(request);
    auto const head = peer->head();
    EXPECT_TRUE(head.starts_with("HTTP/1.1 " + std::string(status))) << head;
    EXPECT_TRUE(has(head, "X-Request-Id: ")) << head;
    EXPECT_TRUE(has(peer->body(head), R"("error":{"code":-32)"));
    EXPECT_EQ(rejections(), std::vector{why});
  }
}

TEST_F(Endpoint, OtherVerbsAreToldWhichThereAre) {
  auto const peer = connect();
  peer->send("PUT /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
  auto const head = peer->head();
  EXPECT_TRUE(head.starts_with("HTTP/1.1 405") && has(head, "Allow: POST, GET, DELETE")) << head;
  peer->send("GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
  auto const no_session = peer->head();
  EXPECT_TRUE(no_session.starts_with("HTTP/1.1 405") && has(no_session, "Allow: POST\r\n"))
      << no_session;
}

TEST_F(Endpoint, ASubscriptionIsAStreamFromTheStartAndEndsWithItsResult) {
  auto const peer = connect();
  peer->send(modern("subscriptions/listen", R"("notifications":{"toolsListChanged":true})", ""));
  EXPECT_TRUE(has(peer->head(), "text/event-stream"));
  peer->until("notifications/subscriptions/acknowledged");
  peer->until("\n\n");
  server.remove_tool("echo");
  EXPECT_TRUE(has(peer->until("\n\n"), "notifications/tools/list_changed"));
  engine().dispatcher.cancel_all(server::CancelReason::drain);
  auto const last = peer->until("0\r\n\r\n");
  EXPECT_TRUE(has(last, R"("resultType":"complete")") && has(last, R"("id":1)")) << last;
}

TEST_F(Endpoint, TheStreamOfASessionIsThereAtOnceThoughNothingIsSaidOnIt) {
  for (auto const* version : {"2025-11-25", "2025-06-18", "2025-03-26"}) {
    auto const session = handshake(version);
    auto const peer = connect();
    peer->send("GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n" + session +
               "\r\n");
    EXPECT_TRUE(peer->head().starts_with("HTTP/1.1 200")) << version;
  }
}

TEST_F(Endpoint, AStreamIsResumedBehindTheEventThatTheClientNames) {
  auto const session = handshake("2025-06-18");
  auto peer = connect();
  peer->send(legacy(session, "talk"));
  peer->head();
  auto const all = peer->until("told");
  std::vector<std::string> ids;
  for (auto at = all.find("id: "); at != std::string::npos; at = all.find("id: ", at + 1))
    ids.push_back(all.substr(at + 4, all.find('\n', at) - at - 4));
  ASSERT_EQ(ids.size(), 5u) << "four messages and the answer";
  peer = connect();
  peer->send("GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n" + session +
             "Last-Event-ID: " + ids[2] + "\r\n\r\n");
  peer->head();
  auto const rest = peer->until("told");
  EXPECT_FALSE(has(rest, "id: " + ids[2]));
  EXPECT_TRUE(has(rest, "id: " + ids[3]) && has(rest, "id: " + ids[4])) << rest;
}

}  // namespace
}  // namespace rampart::transport
