// Reads that an upstream lets us keep: how long, for whom, and what ends it.
#include "cached_gateway.hpp"

namespace rampart::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

class ReadCache : public CachedGateway {
 protected:
  void begin(bool modern = true, seconds call_limit = seconds(60)) {
    one = &upstream("one", {}, modern);
    config_of("one").timeouts.call = call_limit;
    one->resources = {R"({"uri":"file:///a","name":"a"})"};
    principal = "alice";
    start();
  }
  Running read(std::string const& uri = "file:///a") {
    return ask("resources/read", R"("uri":")" + uri + "\"");
  }
  void answer_with(std::string const& text, std::string const& hints) {
    reply(next(*one), R"({"resultType":"complete","contents":[{"uri":"file:///a","text":")" + text +
                          R"("}])" + hints + "}");
  }
  /// Reads, lets the upstream answer, and sees that the client got it.
  void fill(std::string const& hints) {
    auto const first = read();
    answer_with("first", hints);
    ASSERT_THAT(response(first), HasSubstr("first"));
  }
  /// Whether the next read reaches the upstream.
  bool asks_again() {
    auto const before = one->waiting.size();
    auto const running = read();
    bool const asked = one->waiting.size() > before;
    EXPECT_NE(asked, running.ended());
    if (asked) answer_with("second", R"(,"ttlMs":0,"cacheScope":"private")");
    EXPECT_THAT(response(running), HasSubstr(asked ? "second" : "first"));
    return asked;
  }
  static inline std::string const for_me = R"(,"ttlMs":5000,"cacheScope":"private")";
  static inline std::string const for_all = R"(,"ttlMs":5000,"cacheScope":"public")";
};

TEST_F(ReadCache, KeepsAnAnswerForItsTimeAndSaysWhatIsLeftOfIt) {
  begin();
  auto const first = read();
  answer_with("first", for_me);
  EXPECT_EQ(at(first, "ttlMs"), "5000");
  advance(milliseconds(2000));
  auto const kept = read();
  EXPECT_TRUE(one->waiting.empty());
  EXPECT_EQ(at(kept, "ttlMs"), "3000");
  EXPECT_EQ(at(kept, "cacheScope"), R"("private")");
  expect_counts(1, 1);
  advance(milliseconds(3000));
  EXPECT_TRUE(asks_again());
  expect_counts(1, 2);
}

TEST_F(ReadCache, GivesAPrivateAnswerToItsPrincipalOnly) {
  begin();
  fill(for_me);
  principal = "bob";
  EXPECT_TRUE(asks_again());
  principal = "alice";
  EXPECT_FALSE(asks_again());
}

TEST_F(ReadCache, GivesAPublicAnswerToEverybodyWithItsScope) {
  begin();
  fill(for_all);
  for (auto const* who : {"bob", "anonymous"}) {
    principal = who;
    EXPECT_FALSE(asks_again()) << who;
    EXPECT_EQ(at(read(), "cacheScope"), R"("public")");
  }
}

TEST_F(ReadCache, APublicAnswerIsPrivateWhereEachPrincipalHasAChildOfItsOwn) {
  begin();
  gateway.reset();
  config_of("one").mode = config::UpstreamMode::per_principal;
  start();
  fill(for_all);
  EXPECT_EQ(at(read(), "cacheScope"), R"("private")");
  principal = "bob";
  EXPECT_TRUE(asks_again());
}

TEST_F(ReadCache, ManyWhoReadAtTheSameTimeAreOneReadUpstream) {
  begin();
  auto const first = read(), second = read(), third = read();
  ASSERT_EQ(one->waiting.size(), 1u);
  answer_with("first", for_me);
  settle();
  for (auto const* running : {&first, &second, &third}) {
    EXPECT_THAT(response(*running), HasSubstr("first"));
    EXPECT_EQ(at(*running, "ttlMs"), "5000");
  }
}

TEST_F(ReadCache, WhoWaitsForAnothersReadWaitsForAsLongAsThatMayTake) {
  begin(true, seconds(120));
  auto const first = read(), second = read();
  ASSERT_EQ(one->waiting.size(), 1u);
  advance(std::chrono::seconds(70));
  answer_with("first", for_me);
  settle();
  EXPECT_THAT(response(first), HasSubstr("first"));
  EXPECT_THAT(response(second), HasSubstr("first"));
}

TEST_F(ReadCache, TheUpstreamIsToldThatNobodyWaitsWhenTheLastOneHasLeft) {
  begin();
  auto const first = read(), second = read();
  auto const heard = next(*one);
  auto const leaves = [this](Running const& running) {
    running.call->cancel(server::CancelReason::disconnect);
    advance(milliseconds(100));
  };
  auto const told = [&] {
    return std::ranges::count(one->notices, "notifications/cancelled", &Heard::method);
  };
  leaves(first);
  EXPECT_EQ(told(), 0);
  leaves(second);
  EXPECT_EQ(told(), 1);
  EXPECT_EQ(one->notices.back().param("requestId"), std::to_string(heard.id));
}

TEST_F(ReadCache, AReadGoesOnForThoseWhoWaitAndIsKept) {
  begin();
  auto const first = read(), second = read();
  first.call->cancel(server::CancelReason::disconnect);
  advance(milliseconds(100));
  answer_with("first", for_me);
  settle();
  EXPECT_THAT(response(second), HasSubstr("first"));
  EXPECT_FALSE(asks_again());
}

TEST_F(ReadCache, WhatMayNotBeKeptIsNotGivenToOthersEither) {
  begin();
  auto const first = read(), second = read();
  answer_with("first", R"(,"ttlMs":0,"cacheScope":"public")");
  settle();
  EXPECT_TRUE(first.ended());
  EXPECT_FALSE(second.ended());
  answer_with("second", R"(,"ttlMs":0,"cacheScope":"public")");
  EXPECT_THAT(response(second), HasSubstr("second"));
  // From now on nobody waits for another's answer, and no lookup is counted.
  expect_counts(0, 2);
  auto const third = read(), fourth = read();
  EXPECT_EQ(one->waiting.size(), 2u);
  expect_counts(0, 2);
  answer_with("third", for_me);
  answer_with("fourth", for_me);
}

TEST_F(ReadCache, KeepsNothingOfALegacyUpstreamWhateverItSays) {
  begin(false);
  fill(for_all);
  EXPECT_TRUE(asks_again());
  expect_counts(0, 0);
}

TEST_F(ReadCache, KeepsWhatALegacyUpstreamSaysForAsLongAsTheOperatorAllows) {
  begin(false);
  gateway.reset();
  config_of("one").cache.read_ttl = seconds(10);
  start();
  fill("");
  advance(milliseconds(4000));
  auto const kept = read();
  EXPECT_EQ(at(kept, "ttlMs"), "6000");
  EXPECT_EQ(at(kept, "cacheScope"), R"("private")");
  principal = "bob";
  EXPECT_TRUE(asks_again());
}

TEST_F(ReadCache, CanBeSwitchedOffAndStillTellsWhatTheUpstreamSaid) {
  begin();
  gateway.reset();
  config_of("one").cache.reads = false;
  start();
  auto const first = read();
  answer_with("first", for_all);
  EXPECT_EQ(at(first, "ttlMs"), "5000");
  EXPECT_TRUE(asks_again());
  expect_counts(0, 0);
}

TEST_F(ReadCache, KeepsOneAnswerForEachSetOfCapabilitiesAndNoneForForeignMeta) {
  begin();
  fill(for_all);
  auto const other = ask("resources/read", R"("uri":"file:///a")", "{}");
  EXPECT_EQ(one->waiting.size(), 1u);
  answer_with("other", for_all);
  auto const foreign = ask("resources/read", R"("uri":"file:///a")", all, R"(,"com.acme/x":1)");
  EXPECT_EQ(one->waiting.size(), 1u);
  answer_with("foreign", for_all);
  EXPECT_THAT(response(foreign), HasSubstr("foreign"));
  EXPECT_EQ(host.engine().bypasses, 1);
  EXPECT_FALSE(asks_again());
}

TEST_F(ReadCache, ForgetsWhatTheUpstreamSaysWasUpdated) {
  begin();
  fill(for_all);
  one->instances.back()->notify("notifications/resources/updated", R"({"uri":"file:///b"})");
  settle();
  EXPECT_FALSE(asks_again());
  one->instances.back()->notify("notifications/resources/updated", R"({"uri":"file:///a"})");
  settle();
  EXPECT_TRUE(asks_again());
}

TEST_F(ReadCache, ForgetsAllOfAnUpstreamWhoseListOfResourcesChanged) {
  begin();
  fill(for_all);
  one->instances.back()->notify("notifications/tools/list_changed", "{}");
  settle();
  EXPECT_FALSE(asks_again());
  one->instances.back()->notify("notifications/resources/list_changed", "{}");
  settle();
  EXPECT_TRUE(asks_again());
}

TEST_F(ReadCache, ForgetsAllOfAnUpstreamThatWasRestarted) {
  begin();
  fill(for_all);
  one->instances.back()->die();
  for (int i = 0; i < 100 && one->instances.size() < 2; ++i) advance(milliseconds(10));
  EXPECT_TRUE(asks_again());
}

TEST_F(ReadCache, DoesNotKeepWhatWasReadBeforeAnUpdateAndAnsweredAfterIt) {
  begin();
  auto const running = read();
  one->instances.back()->notify("notifications/resources/updated", R"({"uri":"file:///a"})");
  settle();
  answer_with("old", for_all);
  EXPECT_THAT(response(running), HasSubstr("old"));
  EXPECT_TRUE(asks_again());
}

TEST_F(ReadCache, KeepsWhatNoListNamesAndForgetsItAlike) {
  begin();
  auto const first = read("file:///unlisted");
  answer_with("first", for_all);
  EXPECT_THAT(response(first), HasSubstr("first"));
  EXPECT_THAT(response(read("file:///unlisted")), HasSubstr("first"));
  one->instances.back()->notify("notifications/resources/updated", R"({"uri":"file:///unlisted"})");
  settle();
  auto const again = read("file:///unlisted");
  EXPECT_FALSE(again.ended());
  answer_with("second", for_all);
}

TEST_F(ReadCache, KeepsNoErrors) {
  begin();
  auto const failed = read();
  reply_error(next(*one), R"({"code":-32603,"message":"broken","data":{"ttlMs":5000}})");
  EXPECT_THAT(response(failed), HasSubstr("broken"));
  EXPECT_TRUE(asks_again());
}

TEST_F(ReadCache, KeepsNothingThatWasAskedInFurtherRounds) {
  begin();
  auto const running = read();
  reply(next(*one), R"({"resultType":"input_required","requestState":"s1"})");
  answer_with("first", for_all);
  EXPECT_THAT(response(running), HasSubstr("first"));
  EXPECT_EQ(at(running, "ttlMs"), "0");
  EXPECT_TRUE(asks_again());
}

}  // namespace
}  // namespace rampart::gateway
