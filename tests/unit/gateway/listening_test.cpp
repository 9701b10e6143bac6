// The stream of changes of a modern upstream, and servers that have none.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {

class Listening : public GatewayTest {
 protected:
  Script& start_with(std::string listen_error) {
    auto& script = upstream("one", {"echo"}, true);
    script.listen_error = std::move(listen_error);
    start();
    return script;
  }
  void calls(Script& script, int count) {
    for (int i = 0; i < count; ++i) {
      auto const running = call("echo");
      reply_text(next(script), "hello");
      EXPECT_TRUE(running.ended());
    }
  }
  int catalogues_read() {
    int count = 0;
    for (std::size_t at = 0; (at = logged().find("upstream_catalogue", at)) != std::string::npos;
         ++at)
      ++count;
    return count;
  }
};

TEST_F(Listening, AnOpenStreamIsAskedForOnceHoweverManyCallsEnd) {
  auto& script = start_with({});
  calls(script, 5);
  advance(std::chrono::seconds(2));
  EXPECT_EQ(script.listened, 1);
}

TEST_F(Listening, AServerThatKnowsNoStreamsIsNotAskedForOneAgain) {
  auto& script = start_with(R"({"code":-32601,"message":"no such method"})");
  calls(script, 5);
  advance(std::chrono::seconds(2));
  calls(script, 1);
  EXPECT_EQ(script.listened, 1);
  EXPECT_EQ(catalogues_read(), 1);
}

TEST_F(Listening, AServerThatEndsItsStreamsIsAskedOnceASecondAndNotAtEachCall) {
  auto& script = start_with(R"({"code":-32000,"message":"not now"})");
  calls(script, 5);
  EXPECT_EQ(script.listened, 1);
  advance(std::chrono::seconds(2));
  EXPECT_EQ(script.listened, 2);
  calls(script, 5);
  EXPECT_EQ(script.listened, 2);
  EXPECT_EQ(catalogues_read(), 2) << "changes may have been missed";
}

class WatchingOlder : public GatewayTest {
 protected:
  void watch(std::string const& uri, bool on = true) {
    gateway->watch(uri, on);
    settle();
  }
};

TEST_F(WatchingOlder, WhatWasWatchedBeforeAServerWasThereIsAskedOfItWhenItComes) {
  auto& one = upstream("one");
  one.resources = {R"({"uri":"file:///a","name":"a"})"};
  one.starts = false;
  start();
  watch("file:///a");
  one.starts = true;
  advance(std::chrono::seconds(1));
  EXPECT_THAT(one.subscribed, ::testing::ElementsAre("file:///a"));
}

TEST_F(WatchingOlder, WhoListsAResourceLaterIsAskedFromThenOnAndOthersNoMore) {
  auto& one = upstream("one");
  auto& two = upstream("two");
  start();
  watch("file:///a");
  EXPECT_EQ(one.subscribed.size() + two.subscribed.size(), 2u) << "anybody may know it";
  two.resources = {R"({"uri":"file:///a","name":"a"})"};
  two.instances.front()->notify("notifications/resources/list_changed", "{}");
  settle();
  EXPECT_THAT(one.unsubscribed, ::testing::ElementsAre("file:///a"));
  watch("file:///a", false);
  EXPECT_THAT(two.unsubscribed, ::testing::ElementsAre("file:///a"));
}

TEST_F(WatchingOlder, AServerThatNeverAnswersASubscriptionDelaysCallsForAWhileOnly) {
  auto& one = upstream("one", {"echo"});
  one.ignores = [](std::size_t, std::string const& method) {
    return method == "resources/subscribe";
  };
  start();
  watch("file:///a");
  advance(std::chrono::seconds(6));
  call("echo", "", "{}");
  EXPECT_EQ(one.waiting.size(), 1u);
}

class Watching : public GatewayTest {
 protected:
  void SetUp() override {
    one = &upstream("one", {"echo"}, true);
    start();
    one->acknowledges = false;
  }
  void watch(std::string const& uri) {
    gateway->watch(uri, true);
    settle();
  }
  bool ended(std::int64_t stream) {
    for (auto const& notice : one->notices)
      if (notice.param("requestId") == std::to_string(stream)) return true;
    return false;
  }
  Script* one = nullptr;
};

TEST_F(Watching, TheOldStreamEndsWhenTheNewOneIsThere) {
  watch("file:///a");
  ASSERT_EQ(one->streams.size(), 2);
  EXPECT_THAT(one->streams[1].json, ::testing::HasSubstr("file:///a"));
  EXPECT_FALSE(ended(one->streams[0].id));
  Script::acknowledge(one->streams[1]);
  settle();
  EXPECT_TRUE(ended(one->streams[0].id));
  EXPECT_FALSE(ended(one->streams[1].id));
}

TEST_F(Watching, ACallGoesOutWhenTheUpstreamReportsWhatWasWatchedBefore) {
  watch("file:///a");
  auto const running = call("echo");
  EXPECT_TRUE(one->waiting.empty());
  Script::acknowledge(one->streams[1]);
  settle();
  reply_text(next(*one), "hello");
  EXPECT_TRUE(running.ended());
}

TEST_F(Watching, AnUpstreamThatAcknowledgesNothingHoldsUpACallForASecondOnly) {
  watch("file:///a");
  auto const running = call("echo");
  advance(std::chrono::milliseconds(999));
  EXPECT_TRUE(one->waiting.empty());
  advance(std::chrono::milliseconds(1));
  reply_text(next(*one), "hello");
  EXPECT_TRUE(running.ended());
  advance(std::chrono::seconds(5));
  EXPECT_TRUE(ended(one->streams[0].id)) << "nor does the old stream stay for ever";
}

TEST_F(Watching, AfterAStreamWasLostWatchersAreToldToLook) {
  std::vector<std::string> told;
  host.server.registry().on_change([&](server::Change change, std::string_view uri) {
    if (change == server::Change::resource_updated) told.emplace_back(uri);
  });
  one->acknowledges = true;
  watch("file:///a");
  EXPECT_THAT(told, ::testing::IsEmpty());
  one->streams[1].at->result(one->streams[1].id, R"({"resultType":"complete"})");
  settle();
  advance(std::chrono::seconds(2));
  EXPECT_THAT(told, ::testing::ElementsAre("file:///a"));
  host.server.registry().on_change(nullptr);
}

}  // namespace
}  // namespace rampart::gateway
