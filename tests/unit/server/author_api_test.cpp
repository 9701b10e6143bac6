// What an author says with the public API, as clients of each revision see it.
#include <gtest/gtest.h>

#include "harness.hpp"
#include "rampart/server.hpp"
#include "rampart/testing.hpp"

namespace rampart {
namespace {

using testing::Client;
using testing::Options;

constexpr std::array versions{"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"};

Options of_version(std::string version) {
  Options out;
  out.protocol_version = std::move(version);
  return out;
}

bool has(testing::Reply const& reply, std::string_view text) {
  return reply.json().text().find(text) != std::string_view::npos;
}

struct Number {
  int number = 0;
  static constexpr auto fields = rampart::fields(rampart::required<&Number::number>("A number"));
};

TEST(Descriptions, EachFieldIsSentFromItsRevisionOn) {
  ServerInfo info;
  info.name = "described";
  info.version = "1";
  info.title = "Server title";
  info.website_url = "https://example.com/";
  info.icons = {Icon{"https://example.com/server.png"}};
  Server server(std::move(info));
  auto const icon = Icon{"https://example.com/i.png", "image/png", {"48x48"}};
  server.tool("t", "T", [](Number const& in) { return in; })
      .title("Tool title")
      .icon(icon)
      .read_only()
      .open_world(false)
      .meta(Json::trusted(R"({"example.com/a":1})"));
  server.resource("a://b", "r", [] { return std::string(); }).title("Resource title").icon(icon);
  server.prompt("p", "P", [] { return std::string(); }).title("Prompt title").icon(icon);
  for (std::string const version : versions) {
    SCOPED_TRACE(version);
    Client client(server, of_version(version));
    auto const tools = client.list("tools");
    EXPECT_EQ(has(tools, R"("readOnlyHint":true)"), version >= "2025-03-26");
    EXPECT_EQ(has(tools, R"("openWorldHint":false)"), version >= "2025-03-26");
    EXPECT_EQ(has(tools, "Tool title"), version >= "2025-06-18");
    EXPECT_EQ(has(tools, "outputSchema"), version >= "2025-06-18");
    EXPECT_EQ(has(tools, "example.com/a"), version >= "2025-06-18");
    EXPECT_EQ(has(client.list("resources"), "Resource title"), version >= "2025-06-18");
    EXPECT_EQ(has(client.list("prompts"), "Prompt title"), version >= "2025-06-18");
    for (auto const* what : {"tools", "resources", "prompts"})
      EXPECT_EQ(has(client.list(what), R"("sizes":["48x48"])"), version >= "2025-11-25") << what;
  }
}

TEST(Resources, ATextHasTheDeclaredTypeElseIsPlain) {
  Server server("types", "1");
  auto const text = [] { return std::string("{}"); };
  server.resource("a://json", "json", text).mime_type("application/json");
  server.resource("a://plain", "plain", text);
  Client client(server);
  EXPECT_TRUE(has(client.read("a://json"), R"("mimeType":"application/json")"));
  EXPECT_TRUE(has(client.read("a://plain"), R"("mimeType":"text/plain")"));
}

TEST(Handlers, MayReturnAValueOrAResultAtOnceOrAsATask) {
  Server server("handlers", "1");
  auto const refused = [] { return fail(Errc::tool_failed, "odd"); };
  server.tool("value", "V", [](Number const& in) { return std::to_string(in.number); });
  server.tool("result", "R", [refused](Number const& in) -> Result<std::string> {
    if (in.number % 2 != 0) return refused();
    return std::to_string(in.number);
  });
  server.tool("task", "T",
              [](Number in) -> Task<std::string> { co_return std::to_string(in.number); });
  server.tool("task_result", "TR", [refused](Number in) -> Task<Result<std::string>> {
    if (in.number % 2 != 0) co_return refused();
    co_return std::to_string(in.number);
  });
  server.tool("struct_task", "S", [](Number in) -> Task<Number> { co_return in; });
  Client client(server);
  for (auto const* name : {"value", "result", "task", "task_result"})
    EXPECT_EQ(client.call(name, Number{4}).text(), "4") << name;
  for (auto const* name : {"result", "task_result"}) {
    auto const reply = client.call(name, Number{5});
    EXPECT_TRUE(reply.is_error() && reply.text() == "odd") << name;
  }
  EXPECT_EQ(client.call("struct_task", Number{6}).structured<Number>()->number, 6);
}

TEST(ContextOfACall, KnowsWhoAsksUntilWhenAndInWhichTrace) {
  testing::Options options;
  options.request_timeout = std::chrono::seconds(7);
  server::Harness host(options);
  host.server
      .tool("who", "W",
            [&host](Context& context) {
              auto const left = context.deadline() - host.clock.now();
              return std::string(context.principal()) + " " +
                     std::string(context.protocol_version()) + " " +
                     std::string(context.trace().trace_id()) + " " +
                     std::to_string(left / std::chrono::seconds(1)) + " " +
                     (context.client().sampling ? "samples" : "does not sample");
            })
      .quick();
  server::Incoming in;
  in.principal = "alice";
  auto const running = host.start_message(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"who","_meta":{)"
      R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
      R"("io.modelcontextprotocol/clientCapabilities":{"sampling":{}},)"
      R"("traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}})",
      std::move(in));
  EXPECT_EQ(host.reply(running).text(),
            "alice 2026-07-28 0af7651916cd43dd8448eb211c80319c 7 samples");
}

TEST(SchemaDocuments, AreReferredToByTheirUriAndHoldOnEveryCall) {
  Server server("schemas", "1");
  server.schema_document("https://example.com/size.json",
                         Json::trusted(R"({"type":"integer","maximum":9})"));
  auto const echo = [](Json, Context&) -> Result<ToolResult> { return ToolResult::text("fits"); };
  server.raw_tool("sized", "S",
                  Json::trusted(R"({"type":"object","properties":{"size":)"
                                R"({"$ref":"https://example.com/size.json"}}})"),
                  echo);
  {
    Client client(server);
    EXPECT_EQ(client.call("sized", R"({"size":9})").text(), "fits");
    auto const refused = client.call("sized", R"({"size":10})");
    EXPECT_TRUE(refused.is_error());
    EXPECT_NE(refused.text().find("size"), std::string::npos) << refused.text();
  }
  EXPECT_THROW(server.raw_tool("far", "F",
                               Json::trusted(R"({"type":"object","properties":{"a":)"
                                             R"({"$ref":"https://example.com/b"}}})"),
                               echo),
               std::invalid_argument)
      << "nothing is fetched";
  EXPECT_THROW(
      server.raw_tool("other", "O",
                      Json::trusted(R"({"$schema":"http://json-schema.org/draft-04/schema#",)"
                                    R"("type":"object"})"),
                      echo),
      std::invalid_argument);
}

}  // namespace
}  // namespace rampart
