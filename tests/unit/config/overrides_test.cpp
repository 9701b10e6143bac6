// Settings of single tools: what they begin with, what they obey, and what is said of mistakes.
#include <gmock/gmock.h>

#include "config/upstream_load.hpp"
#include "upstream_sources.hpp"

namespace rampart::config {
namespace {
using std::chrono::seconds;
using testing::good;
using ::testing::HasSubstr;
using testing::one;
using testing::rule;
using testing::server;
using testing::with_file;
using testing::wrong_with;

Upstream::Override of(std::string const& keys) {
  auto const upstream = one(server(R"("command":"c","overrides":{"t":{)" + keys + "}}"));
  EXPECT_EQ(upstream.overrides.size(), 1u);
  return upstream.overrides.at("t");
}

std::string wrong_tool(std::string const& keys) {
  return rule(R"("overrides":{"t":{)" + keys + "}}");
}

TEST(Overrides, BeginAsCopiesOfTheServersOwnWhereverThoseStand) {
  auto const u =
      one("mcpServers:\n"
          "  db:\n"
          "    overrides:\n"
          "      db.query: {timeouts: {call: 5}, retry: {repeat: always}}\n"
          "      'drop it': {breaker: {failures: 1}}\n"
          "    command: c\n"
          "    timeouts: {call: 20, call_max: 100}\n"
          "    retry: {attempts: 7}\n"
          "    cache: {stale_if_error: 30, read_ttl: 5, reads: false}\n"
          "    breaker: {recovery: 9, min_calls: 3}\n");
  ASSERT_EQ(u.overrides.size(), 2u);
  auto const& query = u.overrides.at("db.query");
  EXPECT_EQ(query.timeouts.call, seconds(5));
  EXPECT_EQ(query.timeouts.call_max, seconds(100));
  EXPECT_EQ(query.retry.attempts, 7u);
  EXPECT_EQ(query.retry.repeat, RepeatRule::always);
  EXPECT_EQ(query.stale.if_error, seconds(30));
  EXPECT_EQ(query.stale.while_revalidate, seconds(0));
  EXPECT_EQ(u.cache.read_ttl, seconds(5));
  EXPECT_FALSE(u.cache.reads);
  EXPECT_FALSE(query.own_circuit);
  auto const& drop = u.overrides.at("drop it");
  EXPECT_TRUE(drop.own_circuit);
  EXPECT_EQ(drop.breaker.failures, 1u);
  EXPECT_EQ(drop.breaker.recovery, seconds(9));
  EXPECT_EQ(drop.timeouts.call, seconds(20));
  EXPECT_EQ(u.breaker.failures, 5u) << "the server's own stay as they are";
}

TEST(Overrides, JsonSaysTheSameAsYaml) {
  EXPECT_EQ(one("mcpServers: {a: {command: c, overrides: {t: {limits: {max_in_flight: 2, queue: "
                "1}, breaker: {own: true}}}}}"),
            one(server(R"("command":"c","overrides":{"t":{"limits":{"max_in_flight":2,"queue":1},)"
                       R"("breaker":{"own":true}}})")));
}

TEST(Overrides, ACircuitOfItsOwnIsAskedForOrFollowsFromItsKeys) {
  EXPECT_TRUE(of(R"("breaker":{"own":true})").own_circuit);
  EXPECT_TRUE(of(R"("breaker":{"probes":2})").own_circuit);
  EXPECT_FALSE(of(R"("breaker":{})").own_circuit);
  EXPECT_FALSE(of(R"("breaker":{"own":false})").own_circuit);
  for (auto const* both :
       {R"("breaker":{"own":false,"probes":2})", R"("breaker":{"probes":2,"own":false})"})
    EXPECT_THAT(wrong_tool(both), HasSubstr("breaker.own is false"));
}

TEST(Overrides, MistakesAreNamedWithTheToolAndTheLine) {
  EXPECT_EQ(wrong_with("mcpServers:\n  db:\n    command: c\n    overrides:\n      query:\n"
                       "        timeouts: {call: soon}\n"),
            "mcpServers.db.overrides.query.timeouts.call (config.yaml:6): must be between 0 and "
            "86400 seconds, got \"soon\"\n");
  EXPECT_EQ(wrong_tool(R"("timeouts":{"handshake":1})"), "unknown key\n");
  EXPECT_EQ(wrong_tool(R"("limits":{"max_in_fligt":1})"),
            "unknown key; did you mean limits.max_in_flight?\n");
  EXPECT_EQ(wrong_tool(R"("breaker":5)"), "is a group: its keys stand below it\n");
  EXPECT_EQ(wrong_tool(R"("retry":{"attempts":{"a":1}})"), "must be a value, not a map\n");
  EXPECT_EQ(rule(R"("overrides":["t"])"), "must be a map of tools to their keys\n");
  EXPECT_EQ(rule(R"("overrides":{"t":5})"), "must be a map of keys\n");
  EXPECT_EQ(wrong_tool(R"("retry":{"min":1,"min":2})"), "is given twice\n");
}

TEST(Overrides, RulesHoldForTheToolWithWhatItInherits) {
  EXPECT_EQ(wrong_tool(R"("timeouts":{"call":0})"), "timeouts.call may not be 0\n");
  EXPECT_EQ(wrong_tool(R"("timeouts":{"call":601})"),
            "timeouts.call_max must not be less than timeouts.call\n");
  EXPECT_EQ(wrong_tool(R"("limits":{"max_in_flight":65})"),
            "limits.max_in_flight must not be more than the server's, which is 64\n");
  EXPECT_EQ(of(R"("limits":{"max_in_flight":64})").max_in_flight, 64u);
  EXPECT_EQ(wrong_tool(R"("limits":{"queue":1})"),
            "limits.queue needs limits.max_in_flight: only what is bounded has a queue\n");
  EXPECT_EQ(wrong_tool(R"("retry":{"min":3})"), "retry.max must not be less than retry.min\n");
  EXPECT_EQ(wrong_tool(R"("breaker":{"recovery_max":59})"),
            "breaker.recovery_max must not be less than breaker.recovery\n");
}

TEST(Overrides, AreShownByCheckAsFarAsTheyWereGiven) {
  auto const loaded =
      good(with_file(server(R"("command":"c","overrides":{"t":{"timeouts":{"call":5}}})")));
  std::string shown;
  for (auto const& line : upstream_lines(loaded)) shown += line.key + "=" + line.value + " ";
  EXPECT_THAT(shown, HasSubstr("mcpServers.a.overrides.t.timeouts.call=5 "));
  EXPECT_THAT(shown, ::testing::Not(HasSubstr("call_max")));
}

}  // namespace
}  // namespace rampart::config
