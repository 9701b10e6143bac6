// The rules of `mcpServers`, what is said when one is broken, and its variables.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "config/upstream_expand.hpp"
#include "upstream_sources.hpp"

namespace rampart::config {
namespace {
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::one;
using ::testing::Pair;
using testing::rule;
using testing::server;
using testing::wrong_with;

TEST(UpstreamErrors, NameKeyLineAndRule) {
  EXPECT_EQ(wrong_with("mcpServers:\n  db:\n    command: c\n    timeouts:\n      call: soon\n"),
            "mcpServers.db.timeouts.call (config.yaml:5): must be between 0 and 86400 seconds, got "
            "\"soon\"\n");
  EXPECT_EQ(wrong_with("{\"mcpServers\": {\n \"db\": {\"command\": \"c\",\n  \"limits\": {\n"
                       "   \"nice\": 20}}}}"),
            "mcpServers.db.limits.nice (config.yaml:4): must be between 0 and 19, got \"20\"\n");
}

TEST(UpstreamErrors, UnknownKeysSuggestTheNearest) {
  EXPECT_EQ(rule(R"("comand":"x")"), "unknown key; did you mean command?\n");
  EXPECT_EQ(rule(R"("timeouts":{"cal":1})"), "unknown key; did you mean timeouts.call?\n");
  EXPECT_EQ(rule(R"("zzzzzzzzzzzzzzzz":1)"), "unknown key\n");
  EXPECT_THAT(wrong_with(R"({"mcpServer":{"a":{"command":"c"}}})"), HasSubstr("unknown key"));
}

TEST(UpstreamErrors, ShapesAreChecked) {
  EXPECT_EQ(rule(R"("timeouts":5)"), "is a group: its keys stand below it\n");
  EXPECT_EQ(rule(R"("required":{"a":1})"), "must be a value, not a map\n");
  EXPECT_EQ(rule(R"("env":["A=b"])"), "must be a map of names to values\n");
  EXPECT_EQ(rule(R"("env":{"A":["b"]})"), "must be a text\n");
  EXPECT_EQ(rule(R"("args":[["x"]])"), "must be a list of texts\n");
  EXPECT_EQ(rule(R"("args":["a"],"args":["b"])"), "is given twice\n");
  EXPECT_EQ(rule(R"("type":"carrier-pigeon")"),
            "must be one of stdio, streamable-http, sse, http, got \"carrier-pigeon\"\n");
  EXPECT_EQ(wrong_with("mcpServers: 5\n"),
            "mcpServers (config.yaml:1): must be a map of servers\n");
  EXPECT_EQ(wrong_with("mcpServers:\n  a: npx\n"),
            "mcpServers.a (config.yaml:2): must be a map of keys\n");
  EXPECT_EQ(wrong_with("mcpServers:\n  a: {command: c}\n  a: {command: d}\n"),
            "mcpServers.a (config.yaml:3): is given twice\n");
}

TEST(UpstreamErrors, AServerIsAProgramOrAUrl) {
  auto const of = [](std::string const& members) {
    auto const text = wrong_with(server(members));
    return text.substr(std::min(text.size(), std::string("mcpServers.a (config.yaml:1): ").size()));
  };
  EXPECT_EQ(of(""), "needs a command or a url\n");
  EXPECT_EQ(of(R"("command":"")"), "needs a command or a url\n");
  EXPECT_EQ(of(R"("command":"c","url":"http://h")"),
            "has a command and a url: it needs one of them\n");
  EXPECT_EQ(of(R"("url":"http://h","type":"stdio")"), "is of type stdio, which needs a command\n");
  EXPECT_EQ(of(R"("command":"c","type":"sse")"), "has a type that needs a url\n");
  EXPECT_EQ(of(R"("url":"http://h","args":["x"])"),
            "has a url: args, env and cwd belong to a command\n");
  EXPECT_EQ(of(R"("command":"c","headers":{"X-A":"b"})"),
            "has a command: headers belong to a url\n");
  for (auto const* url :
       {"ftp://h", "h/mcp", "http://", "http://u:p@h", "http://h/#f", "http://h x"})
    EXPECT_THAT(of(R"("url":")" + std::string(url) + "\""), HasSubstr("must begin with http://"));
}

TEST(UpstreamErrors, NamesAreBounded) {
  for (auto const& name : std::vector<std::string>{"a b", "ä", "", "a.b", std::string(65, 'a')})
    EXPECT_THAT(wrong_with("{\"mcpServers\":{\"" + name + "\":{\"command\":\"c\"}}}"),
                HasSubstr("1 to 64 letters, digits, _ or -"));
  EXPECT_EQ(wrong_with("{\"mcpServers\":{\"" + std::string(64, 'a') + "\":{\"command\":\"c\"}}}"),
            "");
}

TEST(UpstreamErrors, TwoServersCannotShareANamespace) {
  EXPECT_EQ(wrong_with("mcpServers:\n  a: {command: c}\n  b: {command: c, namespace: a}\n"),
            "mcpServers.b (config.yaml:3): its namespace \"a\" is that of a\n");
}

TEST(UpstreamErrors, ThereMayBeSoManyServers) {
  std::string text = "mcpServers:\n";
  for (int i = 0; i < 257; ++i) text += "  s" + std::to_string(i) + ": {command: c}\n";
  EXPECT_EQ(wrong_with(text),
            "mcpServers.s256 (config.yaml:258): is one more than the 256 servers there may be\n");
}

TEST(UpstreamErrors, BoundsMustAgree) {
  EXPECT_EQ(rule(R"("timeouts":{"call":700})"),
            "timeouts.call_max must not be less than timeouts.call\n");
  EXPECT_EQ(rule(R"("timeouts":{"probe":0})"), "no time of timeouts may be 0\n");
  EXPECT_EQ(rule(R"("retry":{"min":5})"), "retry.max must not be less than retry.min\n");
  EXPECT_EQ(rule(R"("limits":{"max_in_flight":4,"min_in_flight":5})"),
            "limits.max_in_flight must not be less than limits.min_in_flight\n");
  EXPECT_EQ(rule(R"("breaker":{"recovery":5000})"),
            "breaker.recovery_max must not be less than breaker.recovery\n");
}

TEST(UpstreamErrors, HeadersCannotSmuggle) {
  auto const of = [](std::string const& header) {
    return wrong_with(server(R"("url":"http://h","headers":{)" + header + "}"));
  };
  for (auto const* name : {"Host", "content-length", "Transfer-Encoding", "MCP-Protocol-Version",
                           "Mcp-Session-Id", "Connection"})
    EXPECT_THAT(of("\"" + std::string(name) + R"(":"x")"), HasSubstr("writes itself")) << name;
  EXPECT_THAT(of(R"("X Y":"z")"), HasSubstr("is not the name of a header"));
  EXPECT_THAT(of(R"("X-A":"a\r\nX-B: b")"), HasSubstr("without line ends"));
  EXPECT_THAT(rule(R"("env":{"A=B":"c"})"), HasSubstr("not the name of an environment variable"));
  EXPECT_THAT(rule(R"("args":["a\u0000b"])"), HasSubstr("NUL"));
}

TEST(UpstreamVariables, StandForWhatTheEnvironmentHolds) {
  auto const u =
      one(server(R"("command":"${BIN}/x","args":["--t=${T:-none}","${E:-d}","$${T}","$T","100%"],)"
                 R"("env":{"A":"${BIN}${BIN}"},"cwd":"${BIN}")"),
          {{"BIN", "/opt"}, {"E", ""}});
  EXPECT_EQ(u.command, "/opt/x");
  EXPECT_THAT(u.args, ElementsAre("--t=none", "d", "${T}", "$T", "100%"));
  EXPECT_THAT(u.env, ElementsAre(Pair("A", "/opt/opt")));
  EXPECT_EQ(u.cwd, "/opt");
}

TEST(UpstreamVariables, AValueIsNotExpandedAgain) {
  EXPECT_EQ(one(server(R"("command":"${A}")"), {{"A", "${B}$"}, {"B", "x"}}).command, "${B}$");
}

TEST(UpstreamVariables, AnUnsetOneIsAnErrorThatNamesIt) {
  EXPECT_EQ(wrong_with("mcpServers:\n  a:\n    command: c\n    env:\n      T: ${GITHUB_TOKEN}\n"),
            "mcpServers.a.env.T (config.yaml:5): the environment variable GITHUB_TOKEN is not "
            "set\n");
  EXPECT_THAT(rule(R"("args":["${no name}"])"), HasSubstr("is not the name of a variable"));
  EXPECT_THAT(rule(R"("args":["${}"])"), HasSubstr("is not the name of a variable"));
  EXPECT_THAT(rule(R"("args":["${A:-${B}}"])"), HasSubstr("is not the name of a variable"));
  EXPECT_THAT(rule(R"("args":["${A"])"), HasSubstr("has no }"));
}

struct UpstreamFiles : ::testing::Test {
  ~UpstreamFiles() override { std::filesystem::remove(path); }
  void write(std::string const& text) { std::ofstream(path, std::ios::binary) << text; }
  std::string header() {
    return R"("url":"https://h/mcp","headers":{"Authorization":"Bearer ${file:)" + path + R"(}"})";
  }
  std::string path = ::testing::TempDir() + "rampart_expand_test_" + std::to_string(::getpid());
};

TEST_F(UpstreamFiles, StandForWhatTheyHoldWithoutTheLastLineEnd) {
  for (std::string end : {"", "\n", "\r\n"}) {
    write("tok-0123456789" + end);
    auto const u = one(server(header()));
    EXPECT_THAT(u.headers, ElementsAre(Pair("Authorization", "Bearer tok-0123456789")));
    EXPECT_THAT(u.secrets, ::testing::Contains("tok-0123456789"));
  }
  auto const plain = one(server(R"("command":"c","args":["${file:-none}"])"), {{"file", "set"}});
  EXPECT_THAT(plain.args, ElementsAre("set")) << "a variable may have that name";
}

TEST_F(UpstreamFiles, ThatCannotServeAreErrorsThatNameThem) {
  auto const wrong_now = [this] { return wrong_with(server(header())); };
  EXPECT_THAT(wrong_now(), AllOf(HasSubstr("headers.Authorization"), HasSubstr(path),
                                 HasSubstr("No such file")));
  write("\n");
  EXPECT_THAT(wrong_now(), HasSubstr("is empty"));
  write(std::string(max_expanded_file, 'x'));
  EXPECT_EQ(wrong_now(), "");
  write(std::string(max_expanded_file + 1, 'x'));
  EXPECT_THAT(wrong_now(), HasSubstr("is longer than 65536 bytes"));
  write("two\nlines\n");
  EXPECT_THAT(wrong_now(), HasSubstr("without line ends"));
  EXPECT_THAT(rule(R"("args":["${file:/}"])"), HasSubstr("is not a file"));
}

TEST(UpstreamVariables, WhatIsNotStartedNeedsNone) {
  auto const u = one(server(R"("command":"c","env":{"T":"${NOT_SET}"},"disabled":true)"));
  EXPECT_TRUE(u.disabled);
  EXPECT_THAT(rule(R"("disabled":"perhaps")"), HasSubstr("must be true or false"));
}

}  // namespace
}  // namespace rampart::config
