// What the methods answer, to the byte where clients depend on it.
#include "server/methods.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "harness.hpp"

namespace rampart::server {
namespace {

std::string member(testing::Reply const& reply, std::string_view key) {
  auto const document = json::Document::parse_copy(reply.json().text());
  auto const node = document->root().find(key);
  return node ? node->text() : "absent";
}

class Methods : public ::testing::Test {
 protected:
  testing::Reply list(std::string const& cursor = {}) {
    return host.reply(host.start("tools/list", cursor.empty() ? "" : R"("cursor":)" + cursor));
  }
  Harness host;
};

TEST_F(Methods, DiscoverSaysWhoWhatAndForHowLong) {
  host.server.instructions("Be kind");
  host.server.tool("a", "A", [] { return std::string(); });
  auto const reply = host.reply(host.start("server/discover"));
  EXPECT_EQ(member(reply, "supportedVersions"), R"(["2026-07-28"])");
  EXPECT_EQ(member(reply, "capabilities"), R"({"tools":{"listChanged":true},"logging":{}})");
  EXPECT_EQ(member(reply, "instructions"), R"("Be kind")");
  EXPECT_EQ(member(reply, "resultType"), R"("complete")");
  EXPECT_EQ(member(reply, "cacheScope"), R"("private")");
  EXPECT_EQ(member(reply, "ttlMs"), "0");
  EXPECT_NE(member(reply, "_meta").find(R"("io.modelcontextprotocol/serverInfo":{"name":"tested")"),
            std::string::npos);
}

TEST_F(Methods, InitializeAnswersWithTheNegotiatedVersion) {
  auto const session = host.session(protocol::Version::v2025_06_18);
  auto const reply = host.reply(
      host.start(session, R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{}})"));
  EXPECT_EQ(member(reply, "protocolVersion"), R"("2025-06-18")");
  EXPECT_EQ(member(reply, "serverInfo"), R"({"name":"tested","version":"1"})");
  EXPECT_EQ(member(reply, "resultType"), "absent") << "a field of the modern era";
  EXPECT_EQ(member(reply, "_meta"), "absent");
}

TEST_F(Methods, ListsComeInPagesOfTheirSizeInTheOrderOfRegistration) {
  constexpr int tools = 2'001;  // the page size is 1,000
  for (int i = 0; i < tools; ++i)
    host.server.tool("t" + std::to_string(i), "T", [] { return std::string(); });
  int seen = 0;
  int pages = 0;
  std::string cursor;
  do {
    auto const page = list(cursor);
    auto const document = json::Document::parse_copy(page.json().text());
    for (Node tool : document->root().find("tools")->items())
      EXPECT_EQ(tool.find("name")->as_string(), "t" + std::to_string(seen++));
    auto const next = document->root().find("nextCursor");
    cursor = next ? next->text() : "";
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(seen, tools);
  EXPECT_EQ(pages, 3);
}

TEST_F(Methods, ACursorThatWasNotGivenOutIsRefused) {
  for (std::string cursor : {"1", R"("")", R"("garbage!")", R"("MTox")", R"("OTk6OTk5")", "null"})
    EXPECT_EQ(list(cursor).code(), -32602) << cursor;
}

TEST_F(Methods, CallNeedsAKnownNameAndAnObjectOfArguments) {
  host.server.tool("a", "A", [] { return std::string("ok"); });
  EXPECT_EQ(host.reply(host.start("tools/call")).message(), "params.name is missing");
  EXPECT_EQ(host.reply(host.start("tools/call", R"("name":1)")).message(),
            "params.name must be a string");
  EXPECT_EQ(host.reply(host.start("tools/call", R"("name":"b")")).message(), "unknown tool");
  EXPECT_EQ(host.reply(host.start("tools/call", R"("name":"a","arguments":[])")).code(), -32602);
  EXPECT_EQ(host.reply(host.start("tools/call", R"("name":"a")")).text(), "ok")
      << "absent is empty";
}

TEST_F(Methods, ARequestKeepsTheCatalogueItBeganWith) {
  std::atomic<bool> go = false;
  host.server.tool("a", "A", [&] {
    while (!go) std::this_thread::yield();
    return std::string("still here");
  });
  auto const call = host.call("a");
  EXPECT_TRUE(host.server.remove_tool("a"));
  go = true;
  EXPECT_EQ(host.reply(call).text(), "still here");
  EXPECT_EQ(host.reply(host.call("a")).code(), -32602);
}

TEST_F(Methods, AnUnknownResourceNamesItsUri) {
  auto const reply = host.reply(host.start("resources/read", R"("uri":"a://\"x")"));
  EXPECT_NE(reply.json().text().find(R"("data":{"uri":"a://\"x"})"), std::string::npos)
      << reply.json().text();
}

TEST_F(Methods, AUriMayHave8192Bytes) {
  host.server.resource_template("a://{x}", "x", [](Variables const&) { return std::string("ok"); });
  auto read = [&](std::size_t size) {
    return host.reply(
        host.start("resources/read", R"("uri":"a://)" + std::string(size - 4, 'x') + '"'));
  };
  EXPECT_EQ(read(8192).text(), "ok");
  EXPECT_EQ(read(8193).code(), -32602);
}

struct Letter {
  std::string to;
  std::string tone = "kind";
  static constexpr auto fields = rampart::fields(rampart::required<&Letter::to>("To whom"),
                                                 rampart::optional<&Letter::tone>("How"));
};

TEST_F(Methods, PromptArgumentsAreStringsAndRequiredOnesMustBeThere) {
  host.server.prompt("letter", "Writes",
                     [](Letter const& letter) { return letter.to + "/" + letter.tone; });
  auto get = [&](std::string const& arguments) {
    return host.reply(host.start("prompts/get", R"("name":"letter","arguments":)" + arguments));
  };
  EXPECT_EQ(get(R"({"to":"Ann"})").text(), "Ann/kind");
  EXPECT_EQ(get("{}").message(), "params.arguments.to is missing");
  EXPECT_EQ(get(R"({"to":1})").message(), "params.arguments.to must be a string");
  EXPECT_EQ(get("[]").code(), -32602);
}

TEST_F(Methods, CompletionGivesAtMost100ValuesAndSaysThatThereAreMore) {
  host.server.prompt("letter", "Writes", [](Letter const& letter) { return letter.to; });
  host.server.complete_prompt("letter", "to", [](std::string_view typed, auto const& others) {
    std::vector<std::string> out;
    for (int i = 0; i < 101; ++i)
      out.push_back(std::string(typed) + others.at("tone") + std::to_string(i));
    return out;
  });
  auto complete = [&](std::string const& ref, std::string const& argument) {
    return host.reply(host.start("completion/complete",
                                 R"("ref":)" + ref + R"(,"argument":{"name":")" + argument +
                                     R"(","value":"A"},"context":{"arguments":{"tone":"x"}})"));
  };
  auto const known = complete(R"({"type":"ref/prompt","name":"letter"})", "to");
  auto const document = json::Document::parse_copy(known.json().text());
  auto const completion = *document->root().find("completion");
  EXPECT_EQ(completion.find("values")->size(), 100u);
  EXPECT_EQ(completion.find("total")->text(), "101");
  EXPECT_EQ(completion.find("hasMore")->text(), "true");
  EXPECT_NE(completion.text().find("\"Ax0\""), std::string::npos);
  EXPECT_EQ(member(complete(R"({"type":"ref/prompt","name":"letter"})", "tone"), "completion"),
            R"({"values":[],"total":0,"hasMore":false})");
  EXPECT_EQ(complete(R"({"type":"ref/prompt","name":"nope"})", "to").code(), -32602);
  EXPECT_EQ(complete(R"({"type":"ref/cake","name":"letter"})", "to").code(), -32602);
}

TEST_F(Methods, SetLevelDecidesWhichLogMessagesALegacyClientGets) {
  host.server
      .tool("log", "Logs",
            [](Context& context) {
              context.log(LogLevel::info, "info");
              context.log(LogLevel::error, "error");
              return std::string();
            })
      .quick();
  auto const session = host.session();
  std::string const call =
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"log"}})";
  auto messages = [&] { return host.start(session, call).inbox->take_messages().size(); };
  auto set = [&](std::string const& level) {
    return host
        .reply(host.start(
            session, R"({"jsonrpc":"2.0","id":2,"method":"logging/setLevel","params":{"level":")" +
                         level + R"("}})"))
        .code();
  };
  EXPECT_EQ(messages(), 0u);
  EXPECT_EQ(set("warning"), 0);
  EXPECT_EQ(messages(), 1u);
  EXPECT_EQ(set("debug"), 0);
  EXPECT_EQ(messages(), 2u);
  EXPECT_EQ(set("loud"), -32602);
}

TEST_F(Methods, WrongDescriptionsAreRefusedWhereTheyAreWritten) {
  auto tool = [&](std::string name) {
    host.server.tool(std::move(name), "T", [] { return std::string(); });
  };
  tool("fine_1.x-y");
  EXPECT_THROW(tool("fine_1.x-y"), std::invalid_argument) << "the name is taken";
  EXPECT_THROW(tool(""), std::invalid_argument);
  EXPECT_THROW(tool("a b"), std::invalid_argument);
  tool(std::string(128, 'a'));
  EXPECT_THROW(tool(std::string(129, 'a')), std::invalid_argument);
  auto run = [](Json, Context&) -> Result<ToolResult> { return ToolResult{}; };
  EXPECT_THROW(host.server.raw_tool("r", "R", Json::trusted(R"({"type":"strin"})"), run),
               std::invalid_argument);
  EXPECT_THROW(host.server.raw_tool("r", "R", Json::trusted(R"({"type":"array"})"), run),
               std::invalid_argument);
  EXPECT_THROW(host.server.resource("nocolon", "n", [] { return std::string(); }),
               std::invalid_argument);
  EXPECT_THROW(
      host.server.resource_template("a://{", "n", [](Variables const&) { return std::string(); }),
      std::invalid_argument);
}

TEST_F(Methods, ACompletionIsReplacedAndGoesWithItsPrompt) {
  auto const says = [](std::string value) {
    return [value](std::string_view, auto const&) { return std::vector<std::string>{value}; };
  };
  auto const letter = [](Letter const& in) { return in.to; };
  auto const complete = [&] {
    return member(host.reply(host.start("completion/complete",
                                        R"("ref":{"type":"ref/prompt","name":"letter"},)"
                                        R"("argument":{"name":"to","value":""})")),
                  "completion");
  };
  host.server.prompt("letter", "Writes", letter);
  host.server.complete_prompt("letter", "to", says("old"));
  host.server.complete_prompt("letter", "to", says("new"));
  EXPECT_EQ(complete(), R"({"values":["new"],"total":1,"hasMore":false})");
  EXPECT_TRUE(host.server.remove_prompt("letter"));
  host.server.prompt("letter", "Writes", letter);
  EXPECT_EQ(complete(), R"({"values":[],"total":0,"hasMore":false})");
}

TEST_F(Methods, ResourcesSayTheirSizeAndForWhomTheyAre) {
  Annotations annotations;
  annotations.audience = {"assistant"};
  annotations.priority = 0.5;
  host.server.resource("a://sized", "sized", [] { return std::string("12345"); })
      .size(5)
      .annotations(annotations);
  auto const list = host.reply(host.start("resources/list")).json().text();
  EXPECT_NE(list.find(R"("size":5)"), std::string::npos) << list;
  EXPECT_NE(list.find(R"("annotations":{"audience":["assistant"],"priority":0.5)"),
            std::string::npos)
      << list;
}

Task<std::string> later(std::string text) { co_return text; }

TEST_F(Methods, PromptsAndResourcesMayBeCoroutines) {
  host.server.prompt("letter", "Writes", [](Letter const& in) { return later("to " + in.to); });
  host.server.resource("a://later", "later", [] { return later("a text"); });
  EXPECT_NE(host.reply(host.start("prompts/get", R"("name":"letter","arguments":{"to":"Ann"})"))
                .json()
                .text()
                .find("to Ann"),
            std::string::npos);
  EXPECT_NE(
      host.reply(host.start("resources/read", R"("uri":"a://later")")).json().text().find("a text"),
      std::string::npos);
}

TEST_F(Methods, ARawToolsOutputThatIsNoObjectIsOneForErasThatWantOne) {
  auto run = [](Json, Context&) -> Result<ToolResult> {
    ToolResult out;
    out.structured = Json::trusted("[1,2]");
    return out;
  };
  host.server.raw_tool("list", "Lists", Json::trusted(R"({"type":"object"})"), run)
      .output_schema(Json::trusted(R"({"type":"array"})"));
  EXPECT_EQ(member(host.reply(host.call("list")), "structuredContent"), "[1,2]");
  auto const old = host.session();
  auto ask = [&](std::string const& method, std::string const& params) {
    return host.reply(host.start(
        old, R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}"));
  };
  EXPECT_EQ(member(ask("tools/call", R"({"name":"list","arguments":{}})"), "structuredContent"),
            R"({"result":[1,2]})");
  EXPECT_NE(
      ask("tools/list", "{}")
          .json()
          .text()
          .find(R"("outputSchema":{"type":"object","properties":{"result":{"type":"array"}})"),
      std::string::npos);
}

struct Dice {
  int eyes = 0;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Dice::eyes>("How many", Range{1, 6}));
};

TEST_F(Methods, AResultThatBreaksTheToolsOwnSchemaIsAnErrorOfTheTool) {
  std::optional<Json> structured;
  bool failed = false;
  auto run = [&](Json, Context&) -> Result<ToolResult> {
    ToolResult out;
    out.structured = structured;
    out.is_error = failed;
    return out;
  };
  host.server.raw_tool("raw", "Raw", Json::trusted(R"({"type":"object"})"), run)
      .output_schema(Json::trusted(R"({"type":"object","required":["a"]})"));
  int eyes = 6;
  host.server.tool("roll", "Rolls", [&] { return Dice{eyes}; }).quick();
  auto const broken = [&](std::string const& tool) {
    auto const reply = host.reply(host.call(tool));
    return reply.is_error() && reply.text() == "the tool's result does not match its outputSchema";
  };
  EXPECT_TRUE(broken("raw")) << "nothing structured";
  structured = Json::trusted(R"({"b":1})");
  EXPECT_TRUE(broken("raw"));
  failed = true;
  EXPECT_FALSE(broken("raw")) << "an error has no result";
  failed = false;
  structured = Json::trusted(R"({"a":1})");
  EXPECT_FALSE(broken("raw"));
  EXPECT_FALSE(broken("roll"));
  eyes = 7;
  EXPECT_TRUE(broken("roll"));
}

TEST_F(Methods, WhatIsWrongOnlyAtTheEndOfTheStatementIsRefusedToo) {
  auto run = [](Json, Context&) -> Result<ToolResult> { return ToolResult{}; };
  Json const object = Json::trusted(R"({"type":"object"})");
  EXPECT_THROW(
      host.server.raw_tool("r", "R", object, run).output_schema(Json::trusted(R"({"type":1})")),
      std::invalid_argument);
  EXPECT_THROW(host.server.raw_tool("r", "R", object, run).meta(Json::trusted("[]")),
               std::invalid_argument);
  EXPECT_THROW(host.server.prompt("p", "P", [] { return std::string(); })
                   .icon(Icon{"http://example.com/i.png"}),
               std::invalid_argument);
  EXPECT_EQ(host.reply(host.call("r")).code(), -32602) << "none of them was published";
}

}  // namespace
}  // namespace rampart::server
