// The rules that values are held to, and what is said when one is broken.
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

TEST(ConfigErrors, NameKeySourceLineAndRule) {
  EXPECT_EQ(wrong(with_file("server:\n\n  port: http\n")),
            "server.port (config.yaml:3): must be between 0 and 65535, got \"http\"\n");
  EXPECT_EQ(wrong(with_env({{"ENVIRONMENT", "live"}})),
            "environment (env ENVIRONMENT): must be one of development, staging, production, got "
            "\"live\"\n");
  EXPECT_EQ(wrong(with_flags({{"port", "65536"}})),
            "server.port (flag --port): must be between 0 and 65535, got \"65536\"\n");
  EXPECT_EQ(wrong(with_env({{"CACHE_TTL", "-1"}})),
            "cache.ttl (env CACHE_TTL): must be between 0 and 31536000 seconds, got \"-1\"\n");
  EXPECT_EQ(wrong(with_env({{"MAX_REQUEST_SIZE", "1MB"}})),
            "server.max_request_size (env MAX_REQUEST_SIZE): must be between 1 and 1073741824 "
            "bytes, got \"1MB\"\n");
  EXPECT_EQ(wrong(with_env({{"RAMPART_SERVER_BIND", "example.com"}})),
            "server.bind (env RAMPART_SERVER_BIND): must be an IP address or localhost, got "
            "\"example.com\"\n");
  EXPECT_EQ(wrong(with_env({{"RAMPART_ERRORS_DETAIL", "maybe"}})),
            "errors.detail (env RAMPART_ERRORS_DETAIL): must be true or false, got \"maybe\"\n");
  EXPECT_EQ(wrong(with_file("server:\n  allowed_origins: [app.example.com]\n")),
            "server.allowed_origins (config.yaml:2): must be origins such as "
            "https://app.example.com, without a path, "
            "got \"app.example.com\"\n");
  EXPECT_EQ(
      wrong(with_env({{"REDIS_URL", "localhost:6379"}})),
      "redis.url (env REDIS_URL): must begin with redis:// or rediss:// and name a host, or be "
      "unix:///path, got \"localhost:6379\"\n");
}

TEST(ConfigErrors, AreReportedAllAtOnce) {
  auto sources = with_file("server:\n  port: http\n  prot: 1\nenvirment: staging\n");
  sources.environment = {{"RATE_LIMIT", "many"}};
  sources.flags = {{"nonsense", "1"}};
  auto const text = wrong(sources);
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("server.port (config.yaml:2): "),
            HasSubstr("server.prot (config.yaml:3): unknown key; did you mean server.port?"),
            HasSubstr("envirment (config.yaml:4): unknown key; did you mean environment?"),
            HasSubstr("rate.limit (env RATE_LIMIT): must be between 0 and 1000000000 a minute"),
            HasSubstr("--nonsense (flag): unknown flag")));
}

TEST(ConfigErrors, StayOnOneLineWhateverTheValueHolds) {
  EXPECT_EQ(wrong(with_env({{"PORT", "1\n2\x1b[31m"}})),
            "server.port (env PORT): must be between 0 and 65535, got \"1\\n2\\u001b[31m\"\n");
  EXPECT_LT(wrong(with_env({{"PORT", std::string(100'000, 'x')}})).size(), 200u);
}

TEST(ConfigErrors, PortsMustDiffer) {
  EXPECT_EQ(wrong(with_env({{"PORT", "9090"}})),
            "server.metrics_port (default): must differ from server.port, both are 9090\n");
  EXPECT_EQ(wrong(with_env({{"PORT", "0"}, {"METRICS_PORT", "0"}})), "");
}

TEST(ConfigSecrets, AppearInNoMessage) {
  std::string const key(40, 'k');
  EXPECT_EQ(
      wrong(with_env({{"RAMPART_STATE_KEYS", "hunter2"}})),
      "state.keys (env RAMPART_STATE_KEYS): each must have at least 32 characters, got one of 7\n");
  auto const loaded = good(with_env(
      {{"RAMPART_STATE_KEYS", key + "," + key}, {"REDIS_URL", "rediss://u:pa55word@h:1/0"}}));
  EXPECT_THAT(loaded.config.state.keys, ElementsAre(key, key));
  auto const text = check_text(loaded);
  EXPECT_THAT(text, AllOf(Not(HasSubstr("kkkk")), Not(HasSubstr("pa55word")), HasSubstr("*** (2)"),
                          HasSubstr("rediss://u:***@h:1/0")));
  EXPECT_THAT(secret_values(loaded.config),
              ElementsAre(key, key, "rediss://u:pa55word@h:1/0", "pa55word"));
  EXPECT_THAT(wrong(with_env({{"REDIS_URL", "http://u:pa55word@h"}})), Not(HasSubstr("pa55word")));
  EXPECT_THAT(secret_values(good(with_env({{"REDIS_URL", "redis://h:6379"}})).config), IsEmpty());
}

TEST(ConfigSecrets, APasswordMayHoldTheSignsOfAUrl) {
  EXPECT_EQ(mask_url("redis://u:p:a@ss@h:1/x@y"), "redis://u:***@h:1/x@y");
  EXPECT_EQ(mask_url("redis://:secret@h"), "redis://:***@h");
  EXPECT_EQ(mask_url("redis://h:6379"), "redis://h:6379");
  EXPECT_EQ(mask_url("redis://user@h:6379"), "redis://user@h:6379");
}

TEST(ConfigCheck, PrintsEachValueWithItsSource) {
  auto sources = with_file("server:\n  port: 8081\n");
  sources.environment = {{"LOG_LEVEL", "WARNING"}};
  auto const text = check_text(good(sources));
  EXPECT_THAT(text, ::testing::ContainsRegex("server\\.port +8081 +config\\.yaml:2\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("log\\.level +warning +env LOG_LEVEL\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("redis\\.url +- +default\n"));
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')),
            all_rows().size());
}

TEST(ConfigRows, AreWellFormed) {
  std::map<std::string, int> names;
  for (auto const& row : all_rows()) {
    EXPECT_FALSE(row.doc.empty()) << row.key;
    EXPECT_EQ(row.doc.back(), '.') << row.key;
    for (auto const& name : row.env_names()) EXPECT_EQ(++names[name], 1) << name;
    for (auto const& name : row.flag_names()) EXPECT_EQ(++names["--" + name], 1) << name;
  }
}

TEST(ConfigValues, HaveUnits) {
  EXPECT_EQ(good(with_env({{"CACHE_TTL", "1.5"}})).config.cache.ttl, milliseconds(1500));
  EXPECT_EQ(good(with_env({{"CACHE_TTL", "5 m"}})).config.cache.ttl, seconds(300));
  EXPECT_EQ(good(with_env({{"CACHE_TTL", "2h"}})).config.cache.ttl, seconds(7200));
  EXPECT_EQ(good(with_env({{"MAX_REQUEST_SIZE", "64KiB"}})).config.server.max_request_size, 65536u);
  EXPECT_EQ(good(with_env({{"MAX_REQUEST_SIZE", "0.5 MiB"}})).config.server.max_request_size,
            524288u);
  EXPECT_THAT(wrong(with_env({{"CACHE_TTL", "5 weeks"}})), HasSubstr("cache.ttl"));
  EXPECT_THAT(wrong(with_env({{"CACHE_TTL", "1e300"}})), HasSubstr("cache.ttl"));
  EXPECT_THAT(wrong(with_env({{"PORT", "80.5"}})), HasSubstr("server.port"));
}

TEST(ConfigValues, ABoundIsInclusive) {
  EXPECT_EQ(wrong(with_env({{"RAMPART_SERVER_HEADER_COUNT", "1"}})), "");
  EXPECT_EQ(wrong(with_env({{"RAMPART_SERVER_HEADER_COUNT", "10000"}})), "");
  EXPECT_NE(wrong(with_env({{"RAMPART_SERVER_HEADER_COUNT", "0"}})), "");
  EXPECT_NE(wrong(with_env({{"RAMPART_SERVER_HEADER_COUNT", "10001"}})), "");
  EXPECT_NE(wrong(with_env({{"RAMPART_DRAIN_DELAY", "3600.001"}})), "");
}

}  // namespace
}  // namespace rampart::config
