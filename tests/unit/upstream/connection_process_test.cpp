// Connections to real processes: small servers in shell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/spawn.hpp"
#include "unit/process/harness.hpp"
#include "upstream/connection.hpp"
#include "upstream/stdio_link.hpp"

namespace rampart::upstream {
namespace {
using process::test::shell;
using testing::HasSubstr;

/// Answers a line that holds the first text with the second.
std::string server(std::vector<std::pair<std::string, std::string>> const& answers) {
  std::string script = "while read -r line; do case \"$line\" in\n";
  for (auto const& [text, answer] : answers) script += "*'" + text + "'*) " + answer + ";;\n";
  return script + "esac; done";
}
std::string say(std::string json) { return "echo '{\"jsonrpc\":\"2.0\"," + json + "}'"; }

struct Processes : testing::Test {
  void TearDown() override {
    connection.reset();
    EXPECT_TRUE(until([this] { return tasks.running() == 0; }));
  }
  bool until(std::function<bool()> const& done) { return process::test::turn_until(loop, done); }
  Result<Greeting> open(std::string script, Probe probe = Probe::automatic) {
    auto link = StdioLink::start(loop, spawner, shell(std::move(script)), {}, {});
    EXPECT_TRUE(link);
    ConnectionOptions options;
    options.probe = probe;
    Connection::Hooks hooks;
    hooks.noise = [this](std::string_view what) { noise.emplace_back(what); };
    hooks.closed = [this](Error why) { closed.push_back(std::move(why.message)); };
    connection = std::make_unique<Connection>(loop, std::move(*link), options, std::move(hooks));
    auto out = std::make_shared<std::optional<Result<Greeting>>>();
    auto body = [](Connection& c,
                   std::shared_ptr<std::optional<Result<Greeting>>> into) -> Task<void> {
      *into = co_await c.open();
    };
    async::spawn(loop, tasks, "open", body(*connection, out));
    EXPECT_TRUE(until([&] { return out->has_value(); }));
    return out->value_or(fail(Errc::internal, "open() did not end"));
  }
  Event first_event(std::shared_ptr<Exchange> exchange) {
    auto out = std::make_shared<std::optional<Event>>();
    auto body = [](std::shared_ptr<Exchange> from,
                   std::shared_ptr<std::optional<Event>> into) -> Task<void> {
      *into = co_await from->next();
    };
    async::spawn(loop, tasks, "next", body(std::move(exchange), out));
    EXPECT_TRUE(until([&] { return out->has_value(); }));
    return out->value_or(Event());
  }

  async::Loop loop;
  async::TaskGroup tasks;
  process::Spawner spawner;
  std::unique_ptr<Connection> connection;
  std::vector<std::string> noise, closed;
};

TEST_F(Processes, ALegacyServerIsFoundOutAndCalledPastItsNoise) {
  auto const greeting = open(server({
      {"server/discover", "echo Ready.; " + say(R"("id":1,"error":{"code":-32601,"message":"?"})")},
      {"initialize\"",
       say(R"("id":2,"result":{"protocolVersion":"2025-06-18","capabilities":{}})")},
      {"tools/call", say(R"("id":3,"result":{"content":[]})")},
  }));
  ASSERT_TRUE(greeting);
  EXPECT_EQ(greeting->version, protocol::Version::v2025_06_18);
  auto const event = first_event(connection->request(Request{.method = "tools/call"}));
  EXPECT_EQ(event.kind, Event::Kind::result);
  EXPECT_EQ(event.json, R"({"content":[]})");
  ASSERT_EQ(noise.size(), 1u);
  EXPECT_THAT(noise[0], HasSubstr("Ready."));
}

TEST_F(Processes, AModernServerGetsNoHandshake) {
  auto const greeting = open(server({
      {"server/discover",
       say(R"("id":1,"result":{"supportedVersions":["2026-07-28"],"capabilities":{}})")},
      {"initialize\"", "exit 9"},
      {"notifications/cancelled", "exit 7"},
  }));
  ASSERT_TRUE(greeting);
  EXPECT_TRUE(greeting->modern());
  connection->request(Request{.method = "tools/call"})->cancel("enough");
  ASSERT_TRUE(until([this] { return !closed.empty(); }));
  EXPECT_THAT(closed[0], HasSubstr("exit status 7"));
}

TEST_F(Processes, AServerThatDiesOfTheProbeIsOpenedWithoutIt) {
  std::string const strict = server({
      {"server/discover", "exit 1"},
      {"initialize\"",
       say(R"("id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{}})")},
  });
  EXPECT_FALSE(open(strict));
  EXPECT_TRUE(connection->died_of_probe());
  EXPECT_TRUE(open(strict, Probe::legacy));
}

TEST_F(Processes, ACallInFlightIsBrokenWhenTheServerDies) {
  ASSERT_TRUE(
      open(server({
               {"initialize\"",
                say(R"("id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{}})")},
               {"tools/call", "kill -9 $$"},
           }),
           Probe::legacy));
  auto const event = first_event(connection->request(Request{.method = "tools/call"}));
  EXPECT_EQ(event.kind, Event::Kind::broken);
  EXPECT_TRUE(event.sent);
  EXPECT_THAT(event.failure.message, HasSubstr("signal 9"));
  ASSERT_TRUE(until([this] { return !closed.empty(); }));
  auto const late = first_event(connection->request(Request{.method = "tools/call"}));
  EXPECT_FALSE(late.sent);
}

}  // namespace
}  // namespace rampart::upstream
