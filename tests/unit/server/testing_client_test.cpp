// The in-memory client that authors test with, in every protocol version.
#include "rampart/testing.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "rampart/server.hpp"

namespace rampart {
namespace {

using testing::Client;
using testing::Options;

struct Point {
  int x = 0;
  int y = 0;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Point::x>("Across"), rampart::required<&Point::y>("Up"));
};

class TestClient : public ::testing::TestWithParam<char const*> {
 protected:
  TestClient() {
    server.tool("mirror", "Swaps", [](Point const& point) { return Point{point.y, point.x}; });
    server.tool("list", "Lists",
                [](Point const& point) { return std::vector<int>{point.x, point.y}; });
    server.tool("say", "Speaks", [](Context& context) {
      context.progress(0.5, 1, "half");
      context.log(LogLevel::warning, Json::trusted(R"({"a":1})"), "speech");
      context.log(LogLevel::debug, "quiet");
      return std::string("hello");
    });
    server.tool("fail", "Fails",
                []() -> Result<std::string> { return fail(Errc::tool_failed, "no luck"); });
    server.resource("notes://all", "all", [] { return std::string("everything"); })
        .mime_type("text/plain");
    server.resource_template("notes://{id}", "note",
                             [](Variables const& v) { return "note " + v.at("id"); });
    server.prompt("greet", "Greets", [](Context&) { return std::string("Say hello"); });
  }
  Options options() const {
    Options out;
    out.protocol_version = GetParam();
    return out;
  }
  Server server{"notes", "1"};
};
INSTANTIATE_TEST_SUITE_P(Versions, TestClient,
                         ::testing::Values("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25",
                                           "2026-07-28"),
                         [](auto const& info) {
                           std::string name = info.param;
                           std::erase(name, '-');
                           return "v" + name;
                         });

TEST_P(TestClient, CallsAToolWithAStructAndReadsOneBack) {
  Client client(server, options());
  auto const reply = client.call("mirror", Point{1, 2});
  ASSERT_TRUE(reply.has_result()) << reply.message();
  auto const point = reply.structured<Point>();
  ASSERT_TRUE(point) << point.error().message;
  EXPECT_EQ(point->x, 2);
  EXPECT_EQ(point->y, 1);
}

TEST_P(TestClient, ReadsStructuredContentThatIsNoObject) {
  Client client(server, options());
  auto const items = client.call("list", R"({"x":3,"y":4})").structured<std::vector<int>>();
  ASSERT_TRUE(items) << items.error().message;
  EXPECT_EQ(*items, (std::vector<int>{3, 4}));
}

TEST_P(TestClient, CollectsProgressAndLogMessages) {
  auto quiet = options();
  quiet.log_level = LogLevel::info;
  Client client(server, quiet);
  auto const reply = client.call("say");
  EXPECT_EQ(reply.text(), "hello");
  ASSERT_EQ(reply.progress.size(), 1u);
  EXPECT_EQ(reply.progress[0].progress, 0.5);
  EXPECT_EQ(reply.progress[0].message, std::string(GetParam()) == "2024-11-05" ? "" : "half");
  ASSERT_EQ(reply.logs.size(), 1u) << "debug is below the level";
  EXPECT_EQ(reply.logs[0].level, "warning");
  EXPECT_EQ(reply.logs[0].logger, "speech");
  EXPECT_EQ(reply.logs[0].data.text(), R"({"a":1})");
}

TEST_P(TestClient, TellsAToolsFailureFromAProtocolError) {
  Client client(server, options());
  auto const failed = client.call("fail");
  EXPECT_TRUE(failed.is_error());
  EXPECT_TRUE(failed.has_result());
  EXPECT_EQ(failed.text(), "no luck");
  auto const unknown = client.call("nonsense");
  EXPECT_FALSE(unknown.has_result());
  EXPECT_FALSE(unknown.is_error());
  EXPECT_EQ(unknown.code(), -32602);
  EXPECT_EQ(unknown.message(), "unknown tool");
  auto const invalid = client.call("mirror", R"({"x":"one"})");
  EXPECT_TRUE(invalid.is_error()) << "the model can mend its arguments";
  EXPECT_NE(invalid.text().find("x"), std::string::npos);
}

TEST_P(TestClient, ReadsResourcesAndPrompts) {
  Client client(server, options());
  EXPECT_EQ(client.read("notes://all").text(), "everything");
  EXPECT_EQ(client.read("notes://7").text(), "note 7");
  EXPECT_EQ(client.read("other://7").code(),
            std::string(GetParam()) == "2026-07-28" ? -32602 : -32002);
  EXPECT_EQ(client.get_prompt("greet").text(), "Say hello");
  EXPECT_EQ(client.get_prompt("rude").code(), -32602);
}

TEST_P(TestClient, ListsWhatThereIs) {
  Client client(server, options());
  for (std::string what : {"tools", "resources", "prompts"})
    EXPECT_NE(client.list(what).json().text().find("\"name\""), std::string::npos) << what;
  EXPECT_NE(client.list("templates").json().text().find("notes://{id}"), std::string::npos);
  EXPECT_EQ(client.list("cakes").code(), -32601);
}

TEST_P(TestClient, OnlyItsOwnEraIsServed) {
  Client client(server, options());
  bool const modern = std::string(GetParam()) == "2026-07-28";
  EXPECT_EQ(client.request("ping").code(), modern ? -32601 : 0);
  EXPECT_EQ(client.request("server/discover").code(), modern ? 0 : -32601);
}

TEST(TestClientAlone, RefusesWhatATestGotWrong) {
  Server server("x", "1");
  Options unknown;
  unknown.protocol_version = "2020-01-01";
  EXPECT_THROW(Client(server, unknown), std::invalid_argument);
  Client client(server);
  EXPECT_THROW(client.call("x", "{"), std::invalid_argument);
  EXPECT_THROW(client.advance(std::chrono::seconds(1)), std::logic_error);
}

TEST(TestClientAlone, ACancelledCallHasNoResponse) {
  Server server("x", "1");
  server.tool("wait", "Waits", [](Context& context) {
    while (!context.stop_token().stop_requested()) std::this_thread::yield();
    return std::string();
  });
  Client client(server);
  auto call = client.start_call("wait");
  EXPECT_FALSE(call.done());
  call.cancel();
  EXPECT_TRUE(call.done());
  EXPECT_EQ(call.reply().response(), "");
  EXPECT_FALSE(call.reply().has_result());
}

TEST(TestClientAlone, MayEndWhileCallsRun) {
  Server server("x", "1");
  server.tool("wait", "Waits", [](Context& context) {
    while (!context.stop_token().stop_requested()) std::this_thread::yield();
    return std::string();
  });
  std::optional<testing::Pending> call;
  {
    Client client(server);
    call.emplace(client.start_call("wait"));
  }
  EXPECT_FALSE(call->done()) << "who waits keeps the server";
  call->cancel();
}

TEST(TestClientAlone, TheServerMayBeUsedAgainAfterwards) {
  Server server("x", "1");
  server.tool("one", "One", [] { return std::string("1"); });
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Client(server).call("one").text(), "1");
}

TEST(FakeClock, BeginsIn2026AndMovesWhenToldTo) {
  testing::FakeClock clock;
  using namespace std::chrono;
  EXPECT_EQ(clock.wall(), sys_days(year(2026) / 1 / 1));
  auto const before = clock.now();
  clock.advance(milliseconds(1500));
  EXPECT_EQ(clock.now() - before, milliseconds(1500));
  EXPECT_EQ(clock.wall(), sys_days(year(2026) / 1 / 1) + milliseconds(1500));
}

}  // namespace
}  // namespace rampart
