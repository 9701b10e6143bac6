#include "config/load.hpp"

#include <gmock/gmock.h>

#include "config/row.hpp"
#include "config/value.hpp"
#include "config_sources.hpp"

namespace rampart::config {
namespace {
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::good;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::with_env;
using testing::with_file;
using testing::with_flags;
using testing::wrong;

TEST(ConfigDefaults, AreThoseOfTheSourceMaterial) {
  auto const c = good(Sources()).config;
  EXPECT_EQ(c.cache.ttl, seconds(300));
  EXPECT_EQ(c.redis.url, "");
  EXPECT_EQ(c.server.max_request_size, 1'048'576u);
  EXPECT_EQ(c.rate.limit, 100u);
  EXPECT_EQ(c.environment, Environment::development);
  EXPECT_EQ(c.server.port, 8080u);
  EXPECT_EQ(c.server.metrics_port, 9090u);
  EXPECT_EQ(c.server.bind, "127.0.0.1");
  EXPECT_EQ(c.server.metrics_bind, "127.0.0.1");
}

TEST(ConfigDefaults, ObeyTheirOwnRulesInEveryEnvironment) {
  for (auto const& row : all_rows()) {
    for (auto const environment :
         {Environment::development, Environment::staging, Environment::production}) {
      Config scratch{};
      auto const value = row.default_in(environment);
      EXPECT_EQ(set_value(row, scratch, value), "") << row.key;
      EXPECT_EQ(show_value(row, scratch), value) << row.key;
    }
  }
}

TEST(ConfigDefaults, DifferBetweenTheThreeEnvironments) {
  auto const development = default_config(Environment::development);
  auto const staging = default_config(Environment::staging);
  auto const production = good(with_env({{"ENVIRONMENT", "production"}})).config;
  EXPECT_EQ(development.log.format, LogFormat::automatic);
  EXPECT_EQ(staging.log.format, LogFormat::json);
  EXPECT_EQ(production.log.format, LogFormat::json);
  EXPECT_EQ(development.log.level, base::Level::debug);
  EXPECT_EQ(staging.log.level, base::Level::info);
  EXPECT_EQ(production.log.level, base::Level::info);
  EXPECT_TRUE(development.log.banner);
  EXPECT_FALSE(staging.log.banner || production.log.banner);
  EXPECT_EQ(development.drain.delay, seconds(0));
  EXPECT_EQ(staging.drain.delay, seconds(5));
  EXPECT_EQ(production.drain.delay, seconds(5));
  EXPECT_TRUE(development.errors.detail);
  EXPECT_FALSE(staging.errors.detail || production.errors.detail);
  EXPECT_TRUE(development.log.throw_stacks && staging.log.throw_stacks);
  EXPECT_FALSE(production.log.throw_stacks);
}

TEST(ConfigDefaults, TheLogIsForPeopleOnlyAtADevelopersTerminal) {
  auto config = default_config(Environment::development);
  EXPECT_EQ(log_format(config, true), base::LogFormat::console);
  EXPECT_EQ(log_format(config, false), base::LogFormat::json);
  EXPECT_EQ(log_format(default_config(Environment::staging), true), base::LogFormat::json);
  config.environment = Environment::production;  // LOG_FORMAT=auto given there
  EXPECT_EQ(log_format(config, true), base::LogFormat::json);
  config.log.format = LogFormat::console;
  EXPECT_EQ(log_format(config, false), base::LogFormat::console);
}

TEST(ConfigDefaults, OfAnEnvironmentYieldToWhatIsGiven) {
  auto const c = good(with_env({{"ENVIRONMENT", "production"},
                                {"RAMPART_DRAIN_DELAY", "1"},
                                {"LOG_LEVEL", "error"}}))
                     .config;
  EXPECT_EQ(c.drain.delay, seconds(1));
  EXPECT_EQ(c.log.level, base::Level::error);
}

TEST(ConfigSources, TheLaterOneWins) {
  auto sources = with_file("server:\n  port: 1001\n  metrics_port: 2001\n  page_size: 5\n");
  sources.environment = {{"PORT", "1002"}, {"METRICS_PORT", "2002"}};
  sources.flags = {{"--port", "1003"}};
  auto const loaded = good(sources);
  EXPECT_EQ(loaded.config.server.port, 1003u);
  EXPECT_EQ(loaded.config.server.metrics_port, 2002u);
  EXPECT_EQ(loaded.config.server.page_size, 5u);
  EXPECT_EQ(loaded.origins.at("server.port"), "flag --port");
  EXPECT_EQ(loaded.origins.at("server.metrics_port"), "env METRICS_PORT");
  EXPECT_EQ(loaded.origins.at("server.page_size"), "config.yaml:4");
  EXPECT_EQ(loaded.origins.at("server.loops"), "default");
}

TEST(ConfigSources, AWrongValueIsReportedEvenWhereALaterOneWins) {
  auto sources = with_file("server:\n  port: http\n");
  sources.flags = {{"port", "1"}};
  EXPECT_EQ(wrong(sources),
            "server.port (config.yaml:2): must be between 0 and 65535, got \"http\"\n");
}

TEST(ConfigSources, EnvironmentMayComeFromTheFileOrAFlag) {
  EXPECT_EQ(good(with_file("environment: staging\n")).config.drain.delay, seconds(5));
  auto sources = with_file("environment: staging\n");
  sources.flags = {{"environment", "development"}};
  EXPECT_EQ(good(sources).config.drain.delay, seconds(0));
}

TEST(ConfigEnvironment, TakesTheDocumentedNames) {
  auto const c = good(with_env({{"CACHE_TTL", "60"},
                                {"REDIS_URL", "redis://localhost:6379"},
                                {"MAX_REQUEST_SIZE", "2048"},
                                {"RATE_LIMIT", "0"},
                                {"LOG_FORMAT", "json"},
                                {"RAMPART_SERVER_BIND", "0.0.0.0"},
                                {"RAMPART_METRICS_BIND", "::1"},
                                {"RAMPART_ALLOWED_HOSTS", "a.example, b.example:8080,"},
                                {"RAMPART_DRAIN_TIMEOUT", "500ms"},
                                {"RAMPART_SERVER_LEGACY_SSE", "yes"},
                                {"RAMPART_WORKERS_THREADS", "3"}}))
                     .config;
  EXPECT_EQ(c.cache.ttl, seconds(60));
  EXPECT_EQ(c.redis.url, "redis://localhost:6379");
  EXPECT_EQ(c.server.max_request_size, 2048u);
  EXPECT_EQ(c.rate.limit, 0u);
  EXPECT_EQ(c.log.format, LogFormat::json);
  EXPECT_EQ(c.server.bind, "0.0.0.0");
  EXPECT_EQ(c.server.metrics_bind, "::1");
  EXPECT_THAT(c.server.allowed_hosts, ElementsAre("a.example", "b.example:8080"));
  EXPECT_EQ(c.drain.timeout, milliseconds(500));
  EXPECT_TRUE(c.server.legacy_sse);
  EXPECT_EQ(c.workers.threads, 3u);
}

TEST(ConfigEnvironment, EveryNameOfARowSetsThatRow) {
  for (auto const& row : all_rows()) {
    if (row.type != Type::count) continue;
    auto const value = std::to_string(row.min + 1);
    for (auto const& name : row.env_names()) {
      EXPECT_EQ(show_value(row, good(with_env({{name, value}})).config), value) << name;
    }
    for (auto const& name : row.flag_names()) {
      EXPECT_EQ(show_value(row, good(with_flags({{"--" + name, value}})).config), value) << name;
    }
  }
}

TEST(ConfigEnvironment, AnEmptyVariableIsUnset) {
  EXPECT_EQ(good(with_env({{"PORT", ""}, {"REDIS_URL", ""}})).config.server.port, 8080u);
}

TEST(ConfigEnvironment, AnUnknownVariableOfOursIsAnErrorAndOthersAreNot) {
  EXPECT_EQ(
      wrong(with_env({{"RAMPART_DRAIN_DELY", "1"}, {"HOME", "/root"}, {"RAMPART_CONFIG", "x"}})),
      "RAMPART_DRAIN_DELY (env): unknown variable; did you mean RAMPART_DRAIN_DELAY?\n");
  EXPECT_EQ(wrong(with_env({{"RAMPART_ZZZZZZZZZZZZZZZZ", "1"}})),
            "RAMPART_ZZZZZZZZZZZZZZZZ (env): unknown variable\n");
}

TEST(ConfigEnvironment, WhatKubernetesAddsForAServiceIsIgnored) {
  auto const c = good(with_env({{"RAMPART_SERVICE_HOST", "10.0.0.1"},
                                {"RAMPART_SERVICE_PORT", "8080"},
                                {"RAMPART_SERVICE_PORT_MCP", "8080"},
                                {"RAMPART_PORT", "tcp://10.0.0.1:8080"},
                                {"RAMPART_PORT_8080_TCP", "tcp://10.0.0.1:8080"},
                                {"RAMPART_PORT_8080_TCP_ADDR", "10.0.0.1"},
                                {"RAMPART_SERVER_PORT", "tcp://10.0.0.1:8080"},
                                {"RAMPART_METRICS_SERVICE_HOST", "10.0.0.2"}}))
                     .config;
  EXPECT_EQ(c.server.port, 8080u);
  EXPECT_THAT(wrong(with_env({{"RAMPART_PORT", "8081"}})),
              HasSubstr("RAMPART_PORT (env): unknown variable"));
}

TEST(ConfigEnvironment, TwoSpellingsMustNotContradictEachOther) {
  EXPECT_EQ(wrong(with_env({{"PORT", "1"}, {"RAMPART_SERVER_PORT", "2"}})),
            "server.port (env RAMPART_SERVER_PORT): contradicts env PORT\n");
  EXPECT_EQ(good(with_env({{"PORT", "1"}, {"RAMPART_SERVER_PORT", "1"}})).config.server.port, 1u);
}

TEST(ConfigEnvironment, IsReadFromAnArrayOfVariables) {
  char const* const variables[] = {"PORT=1", "EMPTY=", "A=b=c", "broken", nullptr};
  auto const all = environment_of(variables);
  EXPECT_EQ(all.size(), 3u);
  EXPECT_EQ(all.at("A"), "b=c");
}

TEST(ConfigFlags, HaveTheNameOfTheirKeyOrAShortOne) {
  EXPECT_EQ(good(with_flags({{"--server-port", "1"}})).config.server.port, 1u);
  EXPECT_EQ(good(with_flags({{"port", "2"}})).config.server.port, 2u);
  EXPECT_EQ(good(with_flags({{"--metrics-port", "3"}})).config.server.metrics_port, 3u);
  EXPECT_TRUE(good(with_flags({{"--server-legacy-sse", ""}})).config.server.legacy_sse);
  EXPECT_EQ(wrong(with_flags({{"--server-prot", "1"}})),
            "--server-prot (flag): unknown flag; did you mean --server-port?\n");
}

}  // namespace
}  // namespace rampart::config
