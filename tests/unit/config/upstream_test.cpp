// The `mcpServers` section, from text to values.
#include "config/upstream.hpp"

#include <gmock/gmock.h>

#include "config/upstream_rows.hpp"
#include "config/upstream_rules.hpp"
#include "config/value.hpp"
#include "config_sources.hpp"

namespace rampart::config {
namespace {
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::good;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using testing::with_file;
using testing::wrong;

Upstream one(std::string text, std::map<std::string, std::string> environment = {}) {
  auto sources = with_file(std::move(text));
  sources.environment = std::move(environment);
  auto const upstreams = good(sources).config.upstreams;
  EXPECT_EQ(upstreams.size(), 1u);
  return upstreams.empty() ? Upstream() : upstreams.front();
}
std::string wrong_with(std::string text, std::map<std::string, std::string> environment = {}) {
  auto sources = with_file(std::move(text));
  sources.environment = std::move(environment);
  return wrong(sources);
}
std::string server(std::string const& members) {
  return R"({"mcpServers":{"a":{)" + members + "}}}";
}
// For a server that is fine but for `members`.
std::string rule(std::string const& members) {
  auto const text = wrong_with(server(R"("command":"c",)" + members));
  auto const start = text.find("): ");
  return start == std::string::npos ? text : text.substr(start + 3);
}

constexpr char const* clients_block = R"({
  "mcpServers": {
    "files": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-filesystem", "/data, and more"],
      "env": { "NODE_ENV": "production", "dotted.name": " kept as it is " },
      "cwd": "/srv"
    },
    "search": {
      "type": "http",
      "url": "https://mcp.example.com/mcp?x=1",
      "headers": { "Authorization": "Bearer ${TOKEN}", "X-Team": "a" }
    }
  }
})";

TEST(Upstreams, AClientsBlockIsTakenAsItIs) {
  auto sources = with_file(clients_block, "claude.json");
  sources.environment = {{"TOKEN", "s3cret-token"}};
  auto const upstreams = good(sources).config.upstreams;
  ASSERT_EQ(upstreams.size(), 2u);
  auto const& files = upstreams[0];
  EXPECT_EQ(files.name, "files");
  EXPECT_EQ(files.kind, UpstreamKind::stdio);
  EXPECT_EQ(files.command, "npx");
  EXPECT_THAT(files.args,
              ElementsAre("-y", "@modelcontextprotocol/server-filesystem", "/data, and more"));
  EXPECT_THAT(files.env, UnorderedElementsAre(Pair("NODE_ENV", "production"),
                                              Pair("dotted.name", " kept as it is ")));
  EXPECT_EQ(files.cwd, "/srv");
  EXPECT_EQ(files.prefix, "files");
  auto const& search = upstreams[1];
  EXPECT_EQ(search.kind, UpstreamKind::streamable_http);
  EXPECT_EQ(search.url, "https://mcp.example.com/mcp?x=1");
  EXPECT_THAT(search.headers, UnorderedElementsAre(Pair("Authorization", "Bearer s3cret-token"),
                                                   Pair("X-Team", "a")));
}

TEST(Upstreams, YamlSaysTheSame) {
  auto sources = with_file(
      "mcpServers:\n"
      "  files:\n"
      "    command: npx\n"
      "    args: [-y, '@modelcontextprotocol/server-filesystem', '/data, and more']\n"
      "    env:\n"
      "      NODE_ENV: production\n"
      "      dotted.name: ' kept as it is '\n"
      "    cwd: /srv\n"
      "  search:\n"
      "    type: streamable-http\n"
      "    url: https://mcp.example.com/mcp?x=1\n"
      "    headers:\n"
      "      Authorization: Bearer ${TOKEN}\n"
      "      X-Team: a\n");
  sources.environment = {{"TOKEN", "s3cret-token"}};
  auto json = with_file(clients_block);
  json.environment = sources.environment;
  EXPECT_EQ(good(sources).config.upstreams, good(json).config.upstreams);
}

TEST(Upstreams, OwnKeysStandBesideTheClients) {
  auto const u = one(
      "mcpServers:\n"
      "  db:\n"
      "    command: db-mcp\n"
      "    required: false\n"
      "    trusted: true\n"
      "    mode: per-principal\n"
      "    era: legacy\n"
      "    namespace: data\n"
      "    tools: {allow: [query, 'list_tables'], deny: [drop], cacheable: list_tables}\n"
      "    timeouts: {handshake: 2 m, call: 500ms, call_max: 10, ask: 1h, probe: 1}\n"
      "    health: {interval: 0}\n"
      "    limits: {max_in_flight: 1, queue: 0, max_children: 2, idle_children: 0, memory: 1 GiB,\n"
      "             open_files: 512, nice: 5, max_calls: 1000, max_age: 1h}\n"
      "    retry: {attempts: 1, min: 0, max: 1}\n"
      "    breaker: {failures: 3, failure_percent: 20, min_calls: 5, window: 60, recovery: 5,\n"
      "              recovery_max: 50, successes: 1, probes: 2}\n");
  EXPECT_FALSE(u.required);
  EXPECT_TRUE(u.trusted);
  EXPECT_EQ(u.mode, UpstreamMode::per_principal);
  EXPECT_EQ(u.era, UpstreamEra::legacy);
  EXPECT_EQ(u.prefix, "data");
  EXPECT_THAT(u.tools.allow, ElementsAre("query", "list_tables"));
  EXPECT_THAT(u.tools.deny, ElementsAre("drop"));
  EXPECT_THAT(u.tools.cacheable, ElementsAre("list_tables"));
  EXPECT_EQ(u.timeouts.handshake, seconds(120));
  EXPECT_EQ(u.timeouts.call, milliseconds(500));
  EXPECT_EQ(u.timeouts.ask, seconds(3600));
  EXPECT_EQ(u.health_interval, seconds(0));
  EXPECT_EQ(u.limits.max_in_flight, 1u);
  EXPECT_EQ(u.limits.memory, 1u << 30);
  EXPECT_EQ(u.limits.nice, 5u);
  EXPECT_EQ(u.limits.max_age, seconds(3600));
  EXPECT_EQ(u.retry.attempts, 1u);
  EXPECT_EQ(u.breaker.failure_percent, 20u);
  EXPECT_EQ(u.breaker.probes, 2u);
}

TEST(Upstreams, DefaultsOfTheStructAndOfTheRowsAreTheSame) {
  Upstream const defaults;
  for (auto const& [row, slot] : upstream_rows()) {
    Upstream scratch;
    EXPECT_EQ(set_slot(row, slot(scratch), row.fallback), "") << row.key;
    EXPECT_EQ(show_slot(row, slot(scratch)), row.fallback) << row.key;
    EXPECT_EQ(scratch, defaults) << row.key;
  }
}

TEST(Upstreams, RowsAreWellFormed) {
  for (auto const& [row, slot] : upstream_rows()) {
    EXPECT_EQ(row.doc.back(), '.') << row.key;
    EXPECT_LE(std::count(row.key.begin(), row.key.end(), '.'), 1) << row.key;
  }
}

TEST(Upstreams, KeepTheFilesOrder) {
  auto const loaded = good(with_file("mcpServers:\n  z: {command: c}\n  a: {command: c}\n"));
  EXPECT_EQ(loaded.config.upstreams[0].name, "z");
  EXPECT_EQ(loaded.config.upstreams[1].name, "a");
  EXPECT_THAT(good(with_file("mcpServers:\n")).config.upstreams, IsEmpty());
  EXPECT_THAT(good(with_file("mcpServers: {}\n")).config.upstreams, IsEmpty());
}

TEST(Upstreams, AUrlAloneIsStreamableHttp) {
  EXPECT_EQ(one(server(R"("url":"http://127.0.0.1:3000/mcp")")).kind,
            UpstreamKind::streamable_http);
  EXPECT_EQ(one(server(R"("url":"http://h/sse","type":"sse")")).kind, UpstreamKind::sse);
  EXPECT_EQ(one(server(R"("url":"http://h/sse","transport":"sse")")).kind, UpstreamKind::sse);
  EXPECT_EQ(one(server(R"("command":"c","type":"stdio")")).kind, UpstreamKind::stdio);
}

TEST(Upstreams, WhatClientsKeepForThemselvesIsIgnored) {
  EXPECT_EQ(one(server(R"("command":"c","alwaysAllow":["x"],"autoApprove":[],"description":"d")")),
            one(server(R"("command":"c")")));
}

TEST(Upstreams, GatewayKeysAreOrdinaryOnes) {
  auto const c = good(with_file("gateway: {prefix: always, separator: __}\n")).config;
  EXPECT_EQ(c.gateway.prefix, PrefixRule::always);
  EXPECT_EQ(c.gateway.separator, "__");
  EXPECT_EQ(good(Sources()).config.gateway.separator, "_");
  EXPECT_THAT(wrong(with_file("gateway: {separator: '/'}\n")), HasSubstr("one to three of _ - ."));
}

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

TEST(UpstreamErrors, TimesMustAgree) {
  EXPECT_EQ(rule(R"("timeouts":{"call":700})"),
            "timeouts.call_max must not be less than timeouts.call\n");
  EXPECT_EQ(rule(R"("timeouts":{"probe":0})"), "no time of timeouts may be 0\n");
  EXPECT_EQ(rule(R"("retry":{"min":5})"), "retry.max must not be less than retry.min\n");
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

TEST(UpstreamVariables, WhatIsNotStartedNeedsNone) {
  auto const u = one(server(R"("command":"c","env":{"T":"${NOT_SET}"},"disabled":true)"));
  EXPECT_TRUE(u.disabled);
  EXPECT_THAT(rule(R"("disabled":"perhaps")"), HasSubstr("must be true or false"));
}

TEST(UpstreamSecrets, AreNotShown) {
  auto sources = with_file(
      "mcpServers:\n"
      "  a:\n"
      "    command: c\n"
      "    args: ['--token=${API_TOKEN}', --verbose]\n"
      "    env: {GITHUB_TOKEN: ghp_0123456789, NODE_ENV: production,\n"
      "          DATABASE: 'postgres://u:pa55word99@h/db'}\n"
      "  b:\n"
      "    url: https://h/mcp?api_key=abcdefgh\n"
      "    headers: {Authorization: Bearer tok-0123456789}\n");
  sources.environment = {{"API_TOKEN", "api-0123456789"}};
  auto const loaded = good(sources);
  auto const text = check_text(loaded);
  for (auto const* secret : {"ghp_0123456789", "api-0123456789", "pa55word99", "tok-0123456789",
                             "abcdefgh", "production"})
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  EXPECT_THAT(text,
              AllOf(HasSubstr("\"--token=***\" \"--verbose\""), HasSubstr("https://h/mcp?***")));
  auto const secrets = secret_values(loaded.config);
  EXPECT_THAT(secrets, AllOf(Contains("ghp_0123456789"), Contains("api-0123456789"),
                             Contains("Bearer tok-0123456789"), Contains("tok-0123456789"),
                             Contains("postgres://u:pa55word99@h/db")));
  EXPECT_THAT(secrets, Not(Contains("production"))) << "the log would suffer for nothing";
}

TEST(UpstreamSecrets, AreKnownByTheirNames) {
  for (auto const* name : {"GITHUB_TOKEN", "api_key", "DbPassword", "CLIENT_SECRET", "AUTH"})
    EXPECT_TRUE(sounds_secret(name)) << name;
  for (auto const* name : {"PATH", "NODE_ENV", "HOME", "PORT"}) EXPECT_FALSE(sounds_secret(name));
}

TEST(UpstreamCheck, PrintsWhatWasGivenWithItsSource) {
  auto const text = check_text(good(with_file(
      "mcpServers:\n  a:\n    command: npx\n    env: {A: b}\n    timeouts: {call: 90 s}\n")));
  EXPECT_THAT(text, ::testing::ContainsRegex("mcpServers\\.a +stdio +config\\.yaml:2\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("mcpServers\\.a\\.command +npx +config\\.yaml:3\n"));
  EXPECT_THAT(text,
              ::testing::ContainsRegex("mcpServers\\.a\\.env\\.A +\\*\\*\\* +config\\.yaml:4"));
  EXPECT_THAT(text,
              ::testing::ContainsRegex("mcpServers\\.a\\.timeouts\\.call +90 +config\\.yaml:5"));
  EXPECT_THAT(text, Not(HasSubstr("timeouts.ask")));
}

TEST(UpstreamFile, AliasesDoNotGrow) {
  std::string text = "x: &x {";
  for (int i = 0; i < 1000; ++i) text += "k" + std::to_string(i) + ": v, ";
  text += "}\nmcpServers:\n";
  for (int i = 0; i < 1000; ++i) text += "  s" + std::to_string(i) + ": {command: c, env: *x}\n";
  EXPECT_THAT(wrong_with(text), HasSubstr("holds more than 100000 values"));
}

}  // namespace
}  // namespace rampart::config
