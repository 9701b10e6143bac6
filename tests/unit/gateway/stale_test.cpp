// Answers past their time: when they are given, how they are marked, and when they are not.
#include "cached_gateway.hpp"

namespace rampart::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

class Stale : public CachedGateway {
 protected:
  void begin(seconds while_revalidate, seconds if_error) {
    one = &upstream("one", {"search"}, true);
    one->resources = {R"({"uri":"file:///a","name":"a"})"};
    auto& config = config_of("one");
    config.tools.cacheable = {"search"};
    config.stale = {while_revalidate, if_error};
    config.fallbacks["search"] = "Look elsewhere.";
    config.breaker.failures = 1;
    start();
    auto const first = call("search");
    reply_text(next(*one), "first");
    ASSERT_THAT(response(first), HasSubstr("first"));
  }
  Running read() { return ask("resources/read", R"("uri":"file:///a")"); }
  void answer_read(std::string const& text) {
    reply(next(*one), R"({"resultType":"complete","contents":[{"uri":"file:///a","text":")" + text +
                          R"("}],"ttlMs":60000,"cacheScope":"public"})");
  }
  /// Its child dies and does not come back.
  void lose() {
    one->starts = false;
    one->instances.back()->die();
    settle();
  }
  int stale() { return host.engine().stale; }
};

TEST_F(Stale, AnAnswerIsGivenAtOnceWhileANewOneIsFetched) {
  begin(seconds(30), seconds(0));
  advance(seconds(70));
  auto const old = call("search");
  EXPECT_THAT(response(old), HasSubstr("first"));
  EXPECT_EQ(at(old, "_meta.rampart/stale"), R"({"ageMs":70000})");
  ASSERT_EQ(one->waiting.size(), 1u);
  EXPECT_THAT(response(call("search")), HasSubstr("first"));
  EXPECT_EQ(one->waiting.size(), 1u) << "one that fetches is enough";
  reply_text(next(*one), "second");
  auto const fresh = call("search");
  EXPECT_THAT(response(fresh), HasSubstr("second"));
  EXPECT_THAT(response(fresh), Not(HasSubstr("rampart/stale")));
  EXPECT_EQ(stale(), 2);
  expect_counts(3, 1);
}

TEST_F(Stale, NobodyGetsAnAnswerThatIsOlderThanAllowed) {
  begin(seconds(30), seconds(0));
  advance(seconds(90));
  auto const running = call("search");
  EXPECT_FALSE(running.ended());
  reply_text(next(*one), "second");
  EXPECT_THAT(response(running), HasSubstr("second"));
  EXPECT_EQ(stale(), 0);
}

TEST_F(Stale, AnAnswerStaysAsItWasWhenItsRenewalFails) {
  begin(seconds(30), seconds(0));
  advance(seconds(70));
  call("search");
  reply_error(next(*one), R"({"code":-32602,"message":"no"})");
  EXPECT_EQ(at(call("search"), "_meta.rampart/stale"), R"({"ageMs":70000})");
  reply_text(next(*one), "second");
}

TEST_F(Stale, AnAnswerStandsInForALostUpstreamBeforeTheOperatorsText) {
  begin(seconds(0), seconds(3600));
  advance(seconds(100));
  auto const running = call("search"), other = call("search");
  EXPECT_FALSE(running.ended());
  ASSERT_EQ(one->waiting.size(), 1u);
  lose();
  for (auto const* one_of : {&running, &other}) {
    EXPECT_THAT(response(*one_of), HasSubstr("first"));
    EXPECT_EQ(at(*one_of, "_meta.rampart/stale.ageMs"), "100000");
    EXPECT_THAT(at(*one_of, "_meta.rampart/stale.reason"), HasSubstr("upstream one"));
  }
  EXPECT_EQ(stale(), 2);
  expect_counts(0, 3);
  // The circuit is open now; it says when to try again.
  auto const refused = call("search");
  EXPECT_THAT(response(refused), HasSubstr("first"));
  EXPECT_NE(at(refused, "_meta.rampart/stale.retryAfterMs"), "absent");
}

TEST_F(Stale, AnAnswerThatStoodInIsNotKeptAnew) {
  begin(seconds(0), seconds(60));
  advance(seconds(100));
  call("search");
  lose();
  advance(seconds(19));
  EXPECT_THAT(response(call("search")), HasSubstr("first"));
  advance(seconds(1));
  auto const late = call("search");
  EXPECT_THAT(response(late), HasSubstr("Look elsewhere."));
  EXPECT_THAT(response(late), Not(HasSubstr("rampart/stale")));
}

TEST_F(Stale, AnAnswerStandsInForALateOne) {
  begin(seconds(0), seconds(3600));
  advance(seconds(100));
  auto const running = call("search");
  advance(seconds(60));
  EXPECT_THAT(response(running), HasSubstr("first"));
  EXPECT_THAT(at(running, "_meta.rampart/stale.reason"), HasSubstr("time limit"));
}

TEST_F(Stale, WhatTheUpstreamSaidIsToldWhateverItIs) {
  begin(seconds(0), seconds(3600));
  advance(seconds(100));
  auto const failed = call("search");
  reply(next(*one), R"({"resultType":"complete","content":[],"isError":true})");
  EXPECT_EQ(at(failed, "isError"), "true");
  auto const wrong = call("search");
  reply_error(next(*one), R"({"code":-32602,"message":"no such index"})");
  EXPECT_THAT(response(wrong), HasSubstr("no such index"));
  EXPECT_EQ(stale(), 0);
}

TEST_F(Stale, ByDefaultNothingIsGivenAfterItsTime) {
  begin(seconds(0), seconds(0));
  advance(seconds(61));
  auto const running = call("search");
  lose();
  EXPECT_THAT(response(running), HasSubstr("Look elsewhere."));
}

TEST_F(Stale, AReadSaysThatItsTimeIsOver) {
  begin(seconds(0), seconds(3600));
  read();
  answer_read("first read");
  advance(seconds(61));
  auto const running = read();
  lose();
  // Reads are tried again for a while.
  for (int i = 0; i < 100 && !running.ended(); ++i) advance(seconds(1));
  EXPECT_THAT(response(running), HasSubstr("first read"));
  EXPECT_EQ(at(running, "ttlMs"), "0");
  EXPECT_NE(at(running, "_meta.rampart/stale.ageMs"), "absent");
}

TEST_F(Stale, AToolMayHaveItsOwnTimes) {
  one = &upstream("one", {"search"}, true);
  auto& config = config_of("one");
  config.tools.cacheable = {"search"};
  config.overrides["search"].stale.while_revalidate = seconds(30);
  start();
  call("search");
  reply_text(next(*one), "first");
  advance(seconds(70));
  EXPECT_THAT(response(call("search")), HasSubstr("first"));
  reply_text(next(*one), "second");
}

TEST_F(Stale, AToolThatIsCalledWithAnotherAccountIsAnotherQuestion) {
  begin(seconds(30), seconds(30));
  config_of("one").env["TOKEN"] = "of another account";
  gateway->reload(configured, options);
  settle();
  auto const running = call("search");
  EXPECT_FALSE(running.ended());
  reply_text(next(*one), "second");
}

TEST_F(Stale, WhatThirdPartiesSayInMetaIsNotAnsweredFromTheCache) {
  begin(seconds(30), seconds(30));
  call("search", "", all, R"(,"com.example/tenant":"b")");
  reply_text(next(*one), "for b");
}

TEST_F(Stale, AToolThatIsDescribedAnewIsAnotherQuestion) {
  begin(seconds(30), seconds(30));
  one->tools = {tool_named("search", R"(,"description":"now with an index")")};
  one->instances.back()->notify("notifications/tools/list_changed", "{}");
  settle();
  auto const running = call("search");
  EXPECT_FALSE(running.ended());
  reply_text(next(*one), "second");
}

}  // namespace
}  // namespace rampart::gateway
