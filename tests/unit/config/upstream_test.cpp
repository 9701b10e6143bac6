// The `mcpServers` section, from text to values.
#include "config/upstream.hpp"

#include <gmock/gmock.h>

#include "config/upstream_rows.hpp"
#include "config/upstream_rules.hpp"
#include "config/value.hpp"
#include "upstream_sources.hpp"

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
using testing::one;
using ::testing::Pair;
using testing::server;
using ::testing::UnorderedElementsAre;
using testing::with_file;
using testing::wrong;
using testing::wrong_with;

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
  auto const u =
      one("mcpServers:\n"
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
          "    limits: {max_in_flight: 3, adaptive: true, min_in_flight: 2, queue: 0, "
          "max_children: 2, \n"
          "             idle_children: 0, memory: 1 GiB, open_files: 512, nice: 5, max_calls: "
          "1000, max_age: 1h}\n"
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
  EXPECT_EQ(u.limits.max_in_flight, 3u);
  EXPECT_TRUE(u.limits.adaptive);
  EXPECT_EQ(u.limits.min_in_flight, 2u);
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
