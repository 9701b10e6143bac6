// MCP over two pipes: lines in, lines out, both eras in one process.
#include "transport/stdio.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "rampart/server.hpp"
#include "server/testing_engine.hpp"

namespace rampart::transport {
namespace {

class StdioTest : public ::testing::Test {
 protected:
  StdioTest() {
    server_
        .tool("echo", "Echoes",
              [](Context& context) { return std::string(context.protocol_version()); })
        .quick();
    server_.tool("wait", "Waits", [this](Context& context) {
      while (!context.stop_token().stop_requested()) std::this_thread::yield();
      stopped = true;
      return std::string("late");
    });
    server_.tool("ask", "Asks", [](Context& context) -> Result<std::string> {
      auto const said = context.sample("s", SampleRequest("Say"));
      if (!said) return Failure(said.error());
      return said->text;
    });
    if (::pipe(in_.data()) != 0 || ::pipe(out_.data()) != 0) throw std::runtime_error("pipe");
  }
  ~StdioTest() override {
    engine().dispatcher.cancel_all(server::CancelReason::drain);
    engine().run_until([this] { return engine().dispatcher.running() == 0; });
    transport_.reset();
    close_input();
    for (int fd : {in_[0], out_[0], out_[1]}) ::close(fd);
  }

  testing::Engine& engine() {
    if (!engine_) engine_ = std::make_unique<testing::Engine>(server_, testing::Options{});
    return *engine_;
  }
  void start(StdioOptions options = {}) {
    options.in = in_[0];
    options.out = out_[1];
    transport_ = std::make_unique<StdioTransport>(engine().dispatcher, engine().loop, options);
    transport_->start([this] { ended = true; });
  }
  void write(std::string line) {
    line += '\n';
    std::string_view rest = line;
    while (!rest.empty())
      rest.remove_prefix(static_cast<std::size_t>(::write(in_[1], rest.data(), rest.size())));
  }
  void close_input() {
    if (in_[1] >= 0) ::close(std::exchange(in_[1], -1));
  }
  /// The next line the server writes.
  std::string read() {
    engine().run_until([this] { return read_some(), received_.find('\n') != std::string::npos; });
    auto const end = received_.find('\n');
    auto line = received_.substr(0, end);
    received_.erase(0, end + 1);
    return line;
  }
  /// True when it has written nothing but what was read, after everything sent so far was handled.
  bool silent() {
    write(R"({"jsonrpc":"2.0","id":"probe","method":"server/discover","params":{)" + meta + "}}");
    return read().find(R"("id":"probe")") != std::string::npos;
  }

  static inline std::string const meta =
      R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
      R"("io.modelcontextprotocol/clientCapabilities":{"sampling":{}}})";
  static std::string modern(std::string id, std::string tool) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"tools/call","params":{"name":")" +
           tool + "\"," + meta + "}}";
  }
  static std::string legacy(std::string id, std::string tool) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"tools/call","params":{"name":")" +
           tool + "\"}}";
  }
  void handshake(std::string version) {
    write(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" +
          version +
          R"(","capabilities":{"sampling":{}},"clientInfo":{"name":"t","version":"1"}}})");
    EXPECT_NE(read().find("\"protocolVersion\":\"" + version), std::string::npos);
    write(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  }
  static std::string cancel(std::string id) {
    return R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + id +
           "}}";
  }

  std::atomic<bool> stopped = false;
  bool ended = false;

 private:
  void read_some() {
    pollfd wait{out_[0], POLLIN, 0};
    std::array<char, 4096> buffer;
    while (::poll(&wait, 1, 0) > 0) {
      auto const got = ::read(out_[0], buffer.data(), buffer.size());
      if (got <= 0) return;
      received_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  Server server_{"lines", "1"};
  std::array<int, 2> in_{}, out_{};
  std::string received_;
  std::unique_ptr<testing::Engine> engine_;
  std::unique_ptr<StdioTransport> transport_;
};

TEST_F(StdioTest, BothErasAreServedSideBySide) {
  start();
  write(modern("1", "echo"));
  EXPECT_NE(read().find("2026-07-28"), std::string::npos);
  handshake("2025-06-18");
  write(legacy("2", "echo"));
  EXPECT_NE(read().find("2025-06-18"), std::string::npos);
  write(modern("3", "echo"));
  EXPECT_NE(read().find("2026-07-28"), std::string::npos);
}

TEST_F(StdioTest, ALegacyClientMustInitializeFirstButMayPing) {
  start();
  write(legacy("1", "echo"));
  auto const refusal = read();
  EXPECT_NE(refusal.find("send initialize first"), std::string::npos);
  EXPECT_NE(refusal.find(R"("code":-32602)"), std::string::npos);  // as 2026-07-28 wants it
  write(R"({"jsonrpc":"2.0","id":2,"method":"ping"})");
  EXPECT_EQ(read(), R"({"jsonrpc":"2.0","id":2,"result":{}})");
}

TEST_F(StdioTest, InitializingTwiceIsRefused) {
  start();
  handshake("2025-11-25");
  write(
      R"({"jsonrpc":"2.0","id":5,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})");
  EXPECT_NE(read().find("initialized already"), std::string::npos);
}

TEST_F(StdioTest, AnUnservedVersionIsToldWhatIsServed) {
  start();
  write(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{)"
      R"("io.modelcontextprotocol/protocolVersion":"2030-01-01","io.modelcontextprotocol/clientCapabilities":{}}}})");
  auto const answer = read();
  EXPECT_NE(answer.find("-32022"), std::string::npos);
  EXPECT_NE(answer.find(R"("supported":["2026-07-28"])"), std::string::npos);
}

TEST_F(StdioTest, CancellationStopsTheCallAndGetsNoAnswerInBothEras) {
  start();
  handshake("2025-11-25");
  for (bool old : {false, true}) {
    stopped = false;
    write(old ? legacy("7", "wait") : modern("7", "wait"));
    EXPECT_TRUE(silent());
    write(cancel("7"));
    engine().run_until([this] { return stopped.load(); });
    EXPECT_TRUE(silent());
  }
  write(cancel("99"));
  write(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}})");
  EXPECT_TRUE(silent()) << "nobody knows these";
}

TEST_F(StdioTest, ARefusedTwinLeavesTheFirstCancellable) {
  start();
  handshake("2025-11-25");
  for (bool old : {false, true}) {
    stopped = false;
    auto const call = old ? legacy("7", "wait") : modern("7", "wait");
    write(call);
    write(call);
    EXPECT_NE(read().find("still running"), std::string::npos);
    write(call);
    EXPECT_NE(read().find("still running"), std::string::npos) << "the id is still taken";
    write(cancel("7"));
    engine().run_until([this] { return stopped.load(); });
    EXPECT_TRUE(silent());
  }
}

TEST_F(StdioTest, ALegacyClientAnswersTheServersRequest) {
  start();
  handshake("2025-11-25");
  write(legacy("1", "ask"));
  EXPECT_NE(read().find(R"("id":1,"method":"sampling/createMessage")"), std::string::npos);
  write(
      R"({"jsonrpc":"2.0","id":1,"result":{"role":"assistant","model":"m","content":{"type":"text","text":"hi"}}})");
  EXPECT_NE(read().find(R"("text":"hi")"), std::string::npos);
}

TEST_F(StdioTest, ASubscriptionEndsTwiceBecauseEitherEndIsAllowed) {
  start();
  write(
      R"({"jsonrpc":"2.0","id":"s","method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},)" +
      meta + "}}");
  EXPECT_NE(read().find("acknowledged"), std::string::npos);
  engine().dispatcher.end_subscriptions();
  EXPECT_NE(read().find(R"("id":"s","result")"), std::string::npos);
  EXPECT_EQ(read(), cancel(R"("s")"));
}

TEST_F(StdioTest, ALineIsTakenAtTheBoundAndRefusedOneByteLater) {
  StdioOptions options;
  options.lines.max_line_bytes = 200;
  start(options);
  std::string line = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  write(line + std::string(200 - line.size(), ' '));
  EXPECT_NE(read().find("\"result\""), std::string::npos);
  write(line + std::string(201 - line.size(), ' '));
  EXPECT_NE(read().find("longer than 200 bytes"), std::string::npos);
  write(std::string(100'000, 'x'));
  EXPECT_NE(read().find("longer than 200 bytes"), std::string::npos)
      << "once for a line, however long";
  write(line);
  EXPECT_NE(read().find("\"result\""), std::string::npos) << "the next line is read again";
}

TEST_F(StdioTest, WhatIsNoMessageIsAnsweredAndTheServerGoesOn) {
  start();
  write("not json");
  EXPECT_NE(read().find("-32700"), std::string::npos);
  write(R"({"jsonrpc":"1.0","id":4,"method":"ping"})");
  EXPECT_NE(read().find(R"("id":4,"error":{"code":-32600)"), std::string::npos);
  write("");
  write("\r");
  write(R"({"jsonrpc":"2.0","method":"notifications/unknown"})");
  write(R"({"jsonrpc":"2.0","id":77,"result":{}})");
  write(R"({"jsonrpc":"2.0","id":2,"method":"ping"})"
        "\r");
  EXPECT_NE(read().find("\"id\":2,\"result\""), std::string::npos);
}

TEST_F(StdioTest, BatchesAreAnsweredWhereTheVersionHasThem) {
  start();
  write("[" + legacy("1", "echo") + "]");
  EXPECT_NE(read().find("no batches"), std::string::npos);
  handshake("2025-03-26");
  write("[" + legacy("1", "echo") + R"(,{"jsonrpc":"2.0","method":"notifications/x"},17,)" +
        legacy("2", "echo") + "]");
  auto const answer = read();
  EXPECT_TRUE(answer.starts_with('[') && answer.ends_with(']')) << answer;
  EXPECT_NE(answer.find("\"id\":1,\"result\""), std::string::npos);
  EXPECT_NE(answer.find("\"id\":2,\"result\""), std::string::npos);
  EXPECT_NE(answer.find("\"id\":null,\"error\""), std::string::npos);
  write("[]");
  EXPECT_NE(read().find("a batch has 1 to 100"), std::string::npos);
}

TEST_F(StdioTest, ABatchHasABoundAtItsValue) {
  StdioOptions options;
  options.max_batch = 2;
  start(options);
  handshake("2024-11-05");
  std::string const ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  write("[" + ping + "," + ping + "]");
  EXPECT_TRUE(read().starts_with('['));
  write("[" + ping + "," + ping + "," + ping + "]");
  EXPECT_NE(read().find("a batch has 1 to 2"), std::string::npos);
}

TEST_F(StdioTest, TheEndOfTheInputIsReportedAfterItsLastLine) {
  start();
  write(modern("1", "echo"));
  write(R"({"jsonrpc":"2.0","id":2,"method":"ping")");
  close_input();
  engine().run_until([this] { return ended; });
  EXPECT_NE(read().find("2026-07-28"), std::string::npos);
  EXPECT_NE(read().find("-32700"), std::string::npos) << "a cut line is no message";
}

TEST_F(StdioTest, ABurstBeyondTheQueueIsServedInOrder) {
  StdioOptions options;
  options.max_waiting = 4;
  start(options);
  std::thread writer([this] {
    for (int i = 0; i < 500; ++i)
      write(R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"method":"ping"})");
  });
  for (int i = 0; i < 500; ++i)
    ASSERT_EQ(read(), R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"result":{}})");
  writer.join();
}

}  // namespace
}  // namespace rampart::transport
