// The level under the memory cache: who asks it, what its answer is used for, and what is put
// there.
#include "server/shared_cache.hpp"

#include <gtest/gtest.h>

#include "harness.hpp"
#include "server/stored_result.hpp"

namespace rampart::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Answers when the test says so.
class Shelf final : public SharedCache {
 public:
  bool up() const override { return available; }
  bool get(async::Loop&, std::string const&, Done done) override {
    if (!available) return false;
    asked.push_back(std::move(done));
    return true;
  }
  void put(async::Loop&, std::string const&, std::string const& value, milliseconds ttl) override {
    values.push_back(value);
    lives.push_back(ttl);
  }
  bool available = true;
  std::vector<Done> asked;
  std::vector<std::string> values;
  std::vector<milliseconds> lives;
};

class SharedLevel : public ::testing::Test {
 protected:
  SharedLevel() {
    harness.server
        .raw_tool("count", "Counts its runs", Json::trusted(R"({"type":"object"})"),
                  [this](Json, Context&) -> Result<ToolResult> {
                    ++runs;
                    if (failing) return fail(Errc::tool_failed, "no");
                    return ToolResult::text("run " + std::to_string(runs));
                  })
        .cacheable()
        .quick();
    harness.engine().cache.share(shelf);
  }
  static testing::Options options() {
    testing::Options out;
    out.cache_ttl = seconds(60);
    return out;
  }
  std::vector<Harness::Running> ask(int times) {
    std::vector<Harness::Running> out;
    for (int i = 0; i < times; ++i) out.push_back(harness.call("count"));
    return out;
  }
  void answer(SharedCache::Found found) {
    {
      auto const done = std::move(shelf.asked.at(0));
      shelf.asked.erase(shelf.asked.begin());
      done(std::move(found));
    }
    harness.engine().poll();
  }
  static SharedCache::Found found(milliseconds left) {
    Rendered result;
    result.members = R"("content":[{"type":"text","text":"shared"}])";
    return {SharedCache::Lookup::found, framed(stored_form(result)), left};
  }
  static SharedCache::Found absent() { return {SharedCache::Lookup::absent, {}, {}}; }
  void expect(int hits, int misses) {
    EXPECT_EQ(harness.engine().hits, hits);
    EXPECT_EQ(harness.engine().misses, misses);
  }

  Harness harness{options()};
  Shelf shelf;
  int runs = 0;
  bool failing = false;
};

TEST_F(SharedLevel, AHundredCallsAtOnceAreOneQuestionAndOneRun) {
  auto const calls = ask(100);
  ASSERT_EQ(shelf.asked.size(), 1u);
  EXPECT_EQ(runs, 0) << "not before it has answered";
  answer(absent());
  for (auto const& call : calls) {
    ASSERT_TRUE(call.ended());
    EXPECT_NE(call.reply().json.find("run 1"), std::string::npos);
  }
  EXPECT_EQ(runs, 1);
  expect(0, 100);
  ASSERT_EQ(shelf.values.size(), 1u);
  EXPECT_TRUE(unframed(shelf.values[0]));
  EXPECT_LE(shelf.lives[0], seconds(60));
  EXPECT_GE(shelf.lives[0], seconds(54)) << "a tenth less at most";
}

TEST_F(SharedLevel, WhatItHasAnswersEverybodyAndThenMemoryDoes) {
  auto const calls = ask(3);
  answer(found(seconds(2)));
  for (auto const& call : calls) EXPECT_NE(call.reply().json.find("shared"), std::string::npos);
  harness.clock.advance(milliseconds(1'999));
  ask(1);
  expect(4, 0);
  EXPECT_EQ(runs, 0);
  EXPECT_TRUE(shelf.values.empty());
  harness.clock.advance(milliseconds(1));
  ask(1);
  EXPECT_EQ(shelf.asked.size(), 1u) << "memory kept it no longer than it lives there";
}

TEST_F(SharedLevel, MemoryNeverKeepsItLongerThanItsOwnTime) {
  ask(1);
  answer(found(std::chrono::hours(24)));
  harness.clock.advance(seconds(60));
  ask(1);
  EXPECT_EQ(shelf.asked.size(), 1u);
}

TEST_F(SharedLevel, WhatIsNoResultIsAMiss) {
  ask(1);
  answer({SharedCache::Lookup::found, "rampart-result-0\n0\n0\n", seconds(2)});
  EXPECT_EQ(runs, 1);
  expect(0, 1);
}

TEST_F(SharedLevel, WhenItFailsOrCannotBeAskedTheToolRuns) {
  auto const first = ask(1);
  answer({});
  EXPECT_TRUE(first[0].ended());
  EXPECT_EQ(runs, 1);
  expect(0, 0);  // an error is neither
  harness.clock.advance(seconds(60));
  shelf.available = false;
  EXPECT_TRUE(ask(1)[0].ended()) << "at once";
  EXPECT_EQ(runs, 2);
  expect(0, 1);
}

TEST_F(SharedLevel, WhenWhoAskedLeavesAnotherAsks) {
  auto const calls = ask(3);
  calls[0].call->cancel(CancelReason::disconnect);
  answer(found(seconds(2)));
  EXPECT_FALSE(calls[1].ended());
  ASSERT_EQ(shelf.asked.size(), 1u);
  answer(found(seconds(2)));
  EXPECT_TRUE(calls[1].ended());
  EXPECT_TRUE(calls[2].ended());
  expect(2, 0);
}

TEST_F(SharedLevel, AHandlerSeesWhetherItIsThere) {
  std::vector<RedisState> seen;
  harness.server
      .tool("look", "Looks", [&](Context& context) { return seen.push_back(context.redis()), ""; })
      .quick();
  harness.call("look");
  shelf.available = false;
  harness.call("look");
  Harness without(options());
  without.server
      .tool("look", "Looks", [&](Context& context) { return seen.push_back(context.redis()), ""; })
      .quick();
  without.call("look");
  EXPECT_EQ(seen, (std::vector{RedisState::connected, RedisState::disconnected,
                               RedisState::not_configured}));
}

TEST_F(SharedLevel, FailuresAreNotPutThere) {
  failing = true;
  ask(1);
  answer(absent());
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(shelf.values.empty());
}

}  // namespace
}  // namespace rampart::server
