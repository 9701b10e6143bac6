// The result cache, told by its counters and by how often the tool ran.
#include "server/result_cache.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "harness.hpp"

namespace rampart {
namespace {

using std::chrono::seconds;
using testing::Client;
using testing::Options;

class Cache : public ::testing::Test {
 protected:
  Cache() {
    server
        .raw_tool("count", "Counts its runs", Json::trusted(R"({"type":"object"})"),
                  [this](Json arguments, Context& context) -> Result<ToolResult> {
                    ++runs;
                    return ToolResult::text(std::string(context.principal()) + arguments.text());
                  })
        .cacheable()
        .quick();
  }
  Options options(std::string version = "2026-07-28", std::string principal = "anonymous") {
    Options out;
    out.protocol_version = std::move(version);
    out.principal = std::move(principal);
    out.clock = &clock;
    out.cache_ttl = seconds(60);
    return out;
  }
  static void expect(Client const& client, int hits, int misses, int bypasses = 0) {
    auto const counts = client.cache_counts();
    EXPECT_EQ(counts.hits, hits);
    EXPECT_EQ(counts.misses, misses);
    EXPECT_EQ(counts.bypasses, bypasses);
  }

  testing::FakeClock clock;
  Server server{"cached", "1"};
  std::atomic<int> runs = 0;
};

TEST_F(Cache, ASecondCallIsAHitWithTheSameResult) {
  Client client(server, options());
  auto const first = client.call("count", R"({"a":1})");
  auto const second = client.call("count", R"({"a":1})");
  EXPECT_EQ(first.text(), second.text());
  EXPECT_EQ(first.json(), second.json());
  EXPECT_EQ(runs, 1);
  expect(client, 1, 1);
}

TEST_F(Cache, AnEntryLivesForItsTimeAndNoLonger) {
  Client client(server, options());
  client.call("count");
  client.advance(seconds(60) - std::chrono::nanoseconds(1));
  client.call("count");
  expect(client, 1, 1);
  client.advance(std::chrono::nanoseconds(1));
  client.call("count");
  expect(client, 1, 2);
  EXPECT_EQ(runs, 2);
}

TEST_F(Cache, WithoutATimeToLiveEveryCallBypasses) {
  auto off = options();
  off.cache_ttl = seconds(0);
  Client client(server, off);
  client.call("count");
  client.call("count");
  EXPECT_EQ(runs, 2);
  expect(client, 0, 0, 2);
}

TEST_F(Cache, BigIntegersAreNotTakenForEachOther) {
  Client client(server, options());
  auto const odd = client.call("count", R"({"n":9007199254740993})");
  auto const even = client.call("count", R"({"n":9007199254740992})");
  EXPECT_NE(odd.text(), even.text());
  EXPECT_EQ(runs, 2);
  expect(client, 0, 2);
}

TEST_F(Cache, TheOrderOfKeysAndTheSpacingDoNotMatter) {
  Client client(server, options());
  client.call("count", R"({"a":1,"b":{"c":2,"d":3}})");
  client.call("count", R"({ "b" : {"d":3, "c":2}, "a" : 1 })");
  EXPECT_EQ(runs, 1);
  expect(client, 1, 1);
}

TEST_F(Cache, TextAndNumberOfTheSameSpellingDiffer) {
  Client client(server, options());
  client.call("count", R"({"a":1})");
  client.call("count", R"({"a":"1"})");
  client.call("count", R"({"a":[1]})");
  EXPECT_EQ(runs, 3);
}

TEST_F(Cache, PrincipalsDoNotShareUnlessTheToolSaysPublic) {
  server.tool("open", "Public", [this] { return std::to_string(++runs); })
      .cacheable()
      .cache_public();
  Client alice(server, options("2026-07-28", "alice"));
  Client bob = alice.another(options("2026-07-28", "bob"));
  EXPECT_EQ(alice.call("count").text(), "alice{}");
  EXPECT_EQ(bob.call("count").text(), "bob{}");
  expect(alice, 0, 2);
  EXPECT_EQ(alice.call("open").text(), bob.call("open").text());
  expect(alice, 1, 3);
}

TEST_F(Cache, ErasDoNotShare) {
  Client modern(server, options());
  Client legacy = modern.another(options("2025-11-25"));
  Client older = modern.another(options("2024-11-05"));
  for (Client* client : {&modern, &legacy, &older}) client->call("count");
  expect(modern, 0, 3);
  for (Client* client : {&modern, &legacy, &older}) client->call("count");
  expect(modern, 3, 3);
}

TEST_F(Cache, CapabilitiesOfTheClientArePartOfTheKey) {
  Client able(server, options());
  auto without = options();
  without.capabilities = {};
  Client unable = able.another(without);
  able.call("count");
  unable.call("count");
  expect(able, 0, 2);
}

TEST_F(Cache, AnotherRevisionOfTheToolIsAnotherKey) {
  Client client(server, options());
  client.call("count");
  EXPECT_TRUE(server.remove_tool("count"));
  server.tool("count", "Counts", [this] { return std::to_string(++runs); })
      .cacheable()
      .revision("2");
  client.call("count");
  EXPECT_EQ(runs, 2);
  expect(client, 0, 2);
}

TEST_F(Cache, EmptyAndNullResultsAreHits) {
  server
      .raw_tool("empty", "Nothing", Json::trusted(R"({"type":"object"})"),
                [this](Json, Context&) -> Result<ToolResult> { return ++runs, ToolResult{}; })
      .cacheable();
  server
      .raw_tool("null", "Null", Json::trusted(R"({"type":"object"})"),
                [this](Json, Context&) -> Result<ToolResult> {
                  ++runs;
                  ToolResult result;
                  result.structured = Json::trusted("null");
                  return result;
                })
      .cacheable();
  Client client(server, options());
  for (std::string tool : {"empty", "null"}) {
    auto const first = client.call(tool), second = client.call(tool);
    EXPECT_EQ(first.json(), second.json()) << tool;
    EXPECT_FALSE(second.is_error());
  }
  EXPECT_EQ(runs, 2);
  expect(client, 2, 2);
}

TEST_F(Cache, ErrorsAreNeverCachedWhateverTheirKind) {
  server
      .tool("fails", "Fails",
            [this]() -> Result<std::string> { return ++runs, fail(Errc::tool_failed, "no"); })
      .cacheable();
  server
      .tool("throws", "Throws",
            [this]() -> std::string { throw std::runtime_error(std::to_string(++runs)); })
      .cacheable();
  Client client(server, options());
  for (std::string tool : {"fails", "throws"})
    for (int i = 0; i < 2; ++i) client.call(tool);
  EXPECT_EQ(runs, 4);
  expect(client, 0, 4);
}

TEST_F(Cache, InvalidArgumentsDoNotReachTheCache) {
  Client client(server, options());
  EXPECT_EQ(client.call("count", "[]").code(), -32602);
  expect(client, 0, 0);
}

TEST_F(Cache, AResultThatTookAQuestionIsNeverCached) {
  server
      .tool("ask", "Asks",
            [this](Context& context) -> Result<std::string> {
              ++runs;
              auto const said = context.sample("s", SampleRequest("Say"));
              if (!said) return Failure(said.error());
              return said->text;
            })
      .cacheable();
  for (std::string version : {"2025-11-25", "2026-07-28"}) {
    runs = 0;
    Client client(server, options(version));
    int answers = 0;
    client.on_question(
        [&](testing::Question const&) { return testing::sampled(std::to_string(++answers)); });
    EXPECT_EQ(client.call("ask").text(), "1") << version;
    EXPECT_EQ(client.call("ask").text(), "2") << version;
    EXPECT_EQ(runs, 4) << version;
    EXPECT_EQ(client.cache_counts().hits, 0);
    EXPECT_EQ(client.cache_counts().misses, 2);
  }
}

TEST_F(Cache, AHitMaySayThatItIsOne) {
  server.tool("status", "Says hit", [] { return ToolResult::text("miss"); })
      .cacheable([](ToolResult& result) { result = ToolResult::text("hit"); });
  Client client(server, options());
  EXPECT_EQ(client.call("status").text(), "miss");
  EXPECT_EQ(client.call("status").text(), "hit");
}

TEST_F(Cache, AResultsMetaIsKept) {
  server
      .raw_tool("meta", "Meta", Json::trusted(R"({"type":"object"})"),
                [](Json, Context&) -> Result<ToolResult> {
                  auto result = ToolResult::text("x");
                  result.meta = Json::trusted(R"({"example.com/a":1})");
                  return result;
                })
      .cacheable();
  Client client(server, options());
  client.call("meta");
  EXPECT_NE(client.call("meta").json().text().find(R"("example.com/a":1)"), std::string::npos);
  expect(client, 1, 1);
}

TEST_F(Cache, ToolsThatDoNotSaySoAreNotCounted) {
  server.tool("plain", "Plain", [this] { return std::to_string(++runs); });
  Client client(server, options());
  EXPECT_NE(client.call("plain").text(), client.call("plain").text());
  expect(client, 0, 0, 0);
}

/// A tool that runs until it is let go.
class Flight : public Cache {
 protected:
  Flight() {
    server
        .tool("slow", "Waits",
              [this](Context& context) -> Result<std::string> {
                int const run = ++runs;
                while (!gate && !context.stop_token().stop_requested()) std::this_thread::yield();
                if (failing) return fail(Errc::tool_failed, "no");
                return "run " + std::to_string(run);
              })
        .cacheable();
  }
  ~Flight() override { gate = true; }
  std::atomic<bool> gate = false, failing = false;
};

TEST_F(Flight, AHundredCallsAtOnceAreOneRun) {
  Client client(server, options());
  std::vector<testing::Pending> calls;
  for (int i = 0; i < 100; ++i) calls.push_back(client.start_call("slow"));
  for (auto& call : calls) EXPECT_FALSE(call.done());
  gate = true;
  for (auto& call : calls) EXPECT_EQ(call.reply().text(), "run 1");
  EXPECT_EQ(runs, 1);
  expect(client, 0, 100);
  client.call("slow");
  expect(client, 1, 100);
}

TEST_F(Flight, AFailureIsSharedByThoseWhoWaitAndThenForgotten) {
  Client client(server, options());
  auto first = client.start_call("slow"), second = client.start_call("slow");
  failing = true;
  gate = true;
  EXPECT_TRUE(first.reply().is_error());
  EXPECT_TRUE(second.reply().is_error());
  EXPECT_EQ(runs, 1);
  failing = false;
  EXPECT_EQ(client.call("slow").text(), "run 2");
}

TEST_F(Flight, WhenTheLeaderIsCancelledItsRunGoesOnForTheOthers) {
  Client client(server, options());
  auto leader = client.start_call("slow");
  std::vector<testing::Pending> others;
  for (int i = 0; i < 3; ++i) others.push_back(client.start_call("slow"));
  leader.cancel();
  EXPECT_EQ(leader.reply().response(), "");
  gate = true;
  for (auto& call : others) EXPECT_EQ(call.reply().text(), "run 1");
  EXPECT_EQ(client.call("slow").text(), "run 1") << "it was kept";
  EXPECT_EQ(runs, 1);
}

TEST_F(Flight, WhoWaitsMayLeaveWithoutTheOthers) {
  Client client(server, options());
  auto leader = client.start_call("slow"), waiting = client.start_call("slow");
  waiting.cancel();
  EXPECT_EQ(waiting.reply().response(), "");
  gate = true;
  EXPECT_EQ(leader.reply().text(), "run 1");
}

TEST_F(Flight, WhoWaitsHasItsOwnDeadline) {
  Client client(server, options());
  auto leader = client.start_call("slow");
  client.advance(seconds(30));
  auto waiting = client.start_call("slow");
  client.advance(seconds(31));
  EXPECT_EQ(leader.reply().code(), 504);
  EXPECT_FALSE(waiting.done()) << "it leads now";
  gate = true;
  EXPECT_EQ(waiting.reply().text(), "run 2");
}

}  // namespace
}  // namespace rampart
