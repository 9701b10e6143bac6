// What holds for single tools of an upstream: time limits, places, circuits, retries.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class OverridesTest : public GatewayTest {
 protected:
  void SetUp() override { one = &upstream("one", {"slow", "work"}); }
  config::Upstream::Override& rules_of(std::string const& tool) {
    auto const [at, fresh] = config_of("one").overrides.try_emplace(tool);
    return at->second;
  }
  /// Calls of `tool` that the upstream answers with an error that says that it is unwell.
  void fail(std::string const& tool, int times) {
    for (int i = 0; i < times; ++i) {
      call(tool);
      reply_error(next(*one), R"({"code":-32603,"message":"broken"})");
    }
  }
  /// Whether `tool` was sent twice when the first attempt was lost.
  bool is_repeated(std::string const& request) {
    auto const running = ask("tools/call", request, "{}");
    for (int i = 0; i < 40 && one->waiting.empty(); ++i) advance(100ms);  // a child may be starting
    next(*one).at->die();
    settle();
    for (int i = 0; i < 40 && one->waiting.empty() && !running.ended(); ++i) advance(100ms);
    bool const again = !one->waiting.empty();
    if (again) reply_text(next(*one), "second try");
    EXPECT_TRUE(running.ended());
    EXPECT_THAT(response(running), HasSubstr(again ? "second try" : "delivery unknown"));
    return again;
  }
  std::string circuits() {
    return response(ask("resources/read", R"("uri":"circuit-breaker://stats")"));
  }
  Script* one = nullptr;
};

TEST_F(OverridesTest, ATimeLimitOfItsOwnEndsItsCallsAndNoOthers) {
  rules_of("slow").timeouts.call = 5s;
  start();
  auto const slow = call("slow"), other = call("work");
  advance(6s);
  EXPECT_THAT(response(slow), HasSubstr("within its time limit of 5 s"));
  EXPECT_FALSE(other.ended());
  EXPECT_THAT(one->notices, SizeIs(::testing::Gt(1u))) << "the server heard that it was withdrawn";
}

TEST_F(OverridesTest, ALongerTimeLimitLastsLongerThanTheServers) {
  config_of("one").timeouts.call = config_of("one").timeouts.call_max = 5s;
  rules_of("slow").timeouts.call = rules_of("slow").timeouts.call_max = 1h;
  start();
  auto const slow = call("slow"), other = call("work");
  advance(30min);
  EXPECT_TRUE(other.ended());
  EXPECT_FALSE(slow.ended());
  next(*one);
  while (!one->waiting.empty()) reply_text(next(*one), "late");
  EXPECT_FALSE(slow.ended()) << "the server took the first one to be the other";
}

TEST_F(OverridesTest, PlacesOfItsOwnHoldBackItsCallsAndNoOthers) {
  config_of("one").limits.max_in_flight = 3;
  rules_of("slow").max_in_flight = 1;
  rules_of("slow").queue = 2;
  start();
  auto const first = call("slow"), second = call("slow"), third = call("slow");
  auto const refused = call("slow");
  EXPECT_THAT(response(refused), HasSubstr("tool slow of upstream one is busy: queue_full"));
  auto const works = call("work"), more = call("work");
  ASSERT_EQ(one->waiting.size(), 3u) << "those that wait for the tool take nobody's place";
  reply_text(next(*one), "first");
  EXPECT_TRUE(first.ended());
  EXPECT_FALSE(second.ended());
  ASSERT_EQ(one->waiting.size(), 3u) << "the second one was let in";
  while (!one->waiting.empty()) reply_text(next(*one), "done");
  for (auto const* running : {&second, &third, &works, &more})
    EXPECT_THAT(at(*running, "content"), HasSubstr("done"));
}

TEST_F(OverridesTest, AToolThatFailsOpensTheServersCircuitUnlessItHasItsOwn) {
  for (bool const own : {false, true}) {
    rules_of("slow").own_circuit = own;
    start();
    fail("slow", 5);
    EXPECT_THAT(response(call("slow")), HasSubstr("failed too often"));
    auto const other = call("work");
    EXPECT_EQ(other.ended(), !own);
    if (own) {
      reply_text(next(*one), "well");
      EXPECT_THAT(at(other, "content"), HasSubstr("well"));
    }
    stop();
    gateway.reset();
  }
}

TEST_F(OverridesTest, ACircuitOfItsOwnIsNamedAfterServerAndToolAndKeepsItsOwnNumbers) {
  rules_of("slow").own_circuit = true;
  rules_of("slow").breaker.failures = 2;
  start();
  fail("slow", 2);
  auto const refused = call("slow");
  EXPECT_THAT(response(refused), HasSubstr("tool slow of upstream one failed too often"));
  EXPECT_THAT(circuits(), HasSubstr(R"(\"one\":{\"state\":\"closed\")"));
  EXPECT_THAT(circuits(), HasSubstr(R"(\"one/slow\":{\"state\":\"open\")"));
  auto const text = metrics.text();
  EXPECT_THAT(text, HasSubstr("circuit_breaker_state{circuit_name=\"one\"} 0"));
  EXPECT_THAT(text, HasSubstr("circuit_breaker_state{circuit_name=\"one/slow\"} 1"));
  EXPECT_THAT(text, HasSubstr("circuit_breaker_requests_total{circuit_name=\"one/slow\","
                              "state=\"open\",outcome=\"blocked\"} 1"));
  advance(61s);
  EXPECT_THAT(metrics.text(), HasSubstr("circuit_breaker_state{circuit_name=\"one/slow\"} 2"));
}

TEST_F(OverridesTest, TheServersOpenCircuitDoesNotStopAToolWithItsOwn) {
  rules_of("work").own_circuit = true;
  start();
  fail("slow", 5);
  EXPECT_TRUE(call("slow").ended());
  auto const works = call("work");
  ASSERT_FALSE(works.ended());
  reply_text(next(*one), "well");
  EXPECT_TRUE(works.ended());
}

TEST_F(OverridesTest, WhatMayBeRepeatedIsTheOperatorsToSay) {
  one->tools = {tool_named("slow", R"(,"annotations":{"readOnlyHint":true})"), tool_named("work")};
  config_of("one").trusted = true;
  rules_of("slow").retry.repeat = config::RepeatRule::never;
  rules_of("work").retry.repeat = config::RepeatRule::always;
  start();
  EXPECT_FALSE(is_repeated(R"("name":"slow","arguments":{})"));
  EXPECT_TRUE(is_repeated(R"("name":"work","arguments":{})"));
}

TEST_F(OverridesTest, ACallWithAnIdempotencyKeyIsSentAgainAndOneWithoutIsNot) {
  config_of("one").retry.idempotency_key = "once";
  start();
  EXPECT_TRUE(is_repeated(R"("name":"work","arguments":{"once":"a1"})"));
  EXPECT_FALSE(is_repeated(R"("name":"work","arguments":{"once":""})"));
  EXPECT_FALSE(is_repeated(R"("name":"work","arguments":{"twice":"a1"})"));
}

TEST_F(OverridesTest, AnIdempotencyKeyInMetaCountsWhereTheServerHearsIt) {
  auto const key = R"("name":"work","arguments":{},"_meta":{"com.example/key":"a1",)"
                   R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                   R"("io.modelcontextprotocol/clientCapabilities":{}}})";
  for (bool const modern : {false, true}) {
    one->modern = modern;
    config_of("one").retry.idempotency_key = "com.example/key";
    start();
    server::Incoming in;
    in.principal = principal;
    auto const running = host.start_message(
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{)" + std::string(key) + "}",
        std::move(in));
    settle();
    auto const heard = next(*one);
    EXPECT_EQ(heard.meta("com.example/key"), modern ? R"("a1")" : "absent");
    heard.at->die();
    settle();
    for (int i = 0; i < 40 && one->waiting.empty() && !running.ended(); ++i) advance(100ms);
    EXPECT_EQ(running.ended(), !modern);
    if (modern) reply_text(next(*one), "second try");
    stop();
    gateway.reset();
  }
}

TEST_F(OverridesTest, AToolThatTheServerDoesNotHaveIsAWarningOnceItsToolsAreKnown) {
  rules_of("slwo").timeouts.call = 5s;
  rules_of("work").timeouts.call = 5s;
  config_of("one").tools.deny = {"work"};
  start();
  EXPECT_THAT(logged(), HasSubstr(R"("entry":"slwo")"));
  EXPECT_THAT(logged(), HasSubstr("the upstream offers no tool of that name"));
  EXPECT_THAT(logged(), Not(HasSubstr(R"("entry":"work")")));
  auto const before = logged().size();
  one->instances.back()->notify("notifications/tools/list_changed", "{}");
  settle();
  EXPECT_THAT(logged().substr(before), Not(HasSubstr("slwo"))) << "and is told once";
}

TEST_F(OverridesTest, AReloadBringsOthers) {
  start();
  auto changed = configured;
  changed[0].overrides["slow"].timeouts.call = 5s;
  gateway->reload(changed, options);
  settle();
  auto const slow = call("slow");
  advance(6s);
  EXPECT_THAT(response(slow), HasSubstr("within its time limit of 5 s"));
}

}  // namespace
}  // namespace rampart::gateway
