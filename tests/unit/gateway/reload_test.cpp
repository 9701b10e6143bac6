// The configuration changes while calls run.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ReloadTest : public GatewayTest {
 protected:
  void reload() {
    gateway->reload(configured, options);
    settle();
  }
  void remove(std::string const& name) {
    std::erase_if(configured, [&](auto const& one) { return one.name == name; });
  }
};

TEST_F(ReloadTest, WhatIsDescribedAsBeforeKeepsItsChildAndItsCalls) {
  auto& one = upstream("one", {"work"});
  start();
  auto const running = call("work", "", "{}");
  auto const heard = next(one);
  auto const before = one.instances.size();
  reload();
  EXPECT_EQ(one.instances.size(), before);
  reply_text(heard, "done");
  EXPECT_THAT(response(running), HasSubstr("done"));
}

TEST_F(ReloadTest, ANewUpstreamComesInAtItsPlaceInTheFile) {
  upstream("z", {"work"});
  start();
  upstream("a", {"work"});
  std::swap(configured.front(), configured.back());
  reload();
  EXPECT_THAT(published(), ElementsAre("a__work", "z__work"));
  EXPECT_TRUE(gateway->ready());
  auto const running = call("a__work", "", "{}");
  reply_text(next(links.scripts["a"]), "done");
  EXPECT_THAT(response(running), HasSubstr("done"));
}

TEST_F(ReloadTest, ARemovedUpstreamLeavesTheListsAtOnceAndEndsAfterItsCalls) {
  upstream("one", {"work"});
  auto& two = upstream("two", {"work"});
  start();
  auto const running = call("two__work", "", "{}");
  auto const heard = next(two);
  auto const closed = two.closed;
  remove("two");
  reload();
  EXPECT_THAT(published(), ElementsAre("work"));
  advance(1s);
  EXPECT_EQ(two.closed, closed) << "its call still runs";
  reply_text(heard, "done");
  EXPECT_THAT(response(running), HasSubstr("done"));
  advance(1s);
  EXPECT_GT(two.closed, closed);
}

TEST_F(ReloadTest, TheSeriesOfARemovedUpstreamGoWithItAndComeBackWithIt) {
  upstream("one", {"work"});
  upstream("two", {"work"});
  config_of("two").overrides["work"].own_circuit = true;
  start();
  EXPECT_THAT(metrics.text(), HasSubstr("{server=\"two\"}"));
  EXPECT_THAT(metrics.text(), HasSubstr("{circuit_name=\"two/work\"}"));
  auto const all = configured;
  remove("two");
  reload();
  advance(1s);
  EXPECT_THAT(metrics.text(), Not(HasSubstr("\"two")));
  EXPECT_THAT(metrics.text(), HasSubstr("mcp_upstream_up{server=\"one\"} 1\n"));
  configured = all;
  reload();
  EXPECT_THAT(metrics.text(), HasSubstr("mcp_upstream_up{server=\"two\"} 1\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("mcp_upstream_children{server=\"two\"} 1\n"));
  config_of("two").overrides.clear();
  reload();
  advance(1s);
  EXPECT_THAT(metrics.text(), HasSubstr("circuit_breaker_state{circuit_name=\"two\"} 0\n"));
  EXPECT_THAT(metrics.text(), Not(HasSubstr("two/work")));
}

TEST_F(ReloadTest, ClientsAreToldOnceHoweverManyUpstreamsMove) {
  for (auto const* name : {"a", "b", "c"}) upstream(name, {"work"});
  start();
  std::vector<server::Change> told;
  host.server.registry().on_change(
      [&](server::Change change, std::string_view) { told.push_back(change); });
  remove("a");
  reload();
  EXPECT_THAT(published(), ElementsAre("b__work", "c__work"));
  EXPECT_THAT(told, ElementsAre(server::Change::tools));
  told.clear();
  reload();
  EXPECT_THAT(told, IsEmpty());
  host.server.registry().on_change(nullptr);
}

TEST_F(ReloadTest, ARemovedUpstreamThatNeverAnswersIsNotWaitedForForEver) {
  upstream("one", {"work"});
  auto& two = upstream("two", {"work"});
  config_of("two").timeouts.call_max = 30s;
  start();
  call("two__work", "", "{}");
  next(two);
  auto const closed = two.closed;
  remove("two");
  reload();
  advance(31s);
  advance(1s);
  EXPECT_GT(two.closed, closed);
}

TEST_F(ReloadTest, AChangedUpstreamServesUntilItsSuccessorIsThere) {
  auto& one = upstream("one", {"old"});
  start();
  auto const running = call("old", "", "{}");
  auto const heard = next(one);
  one.tools = {tool_named("new")};
  config_of("one").args = {"--changed"};
  gateway->reload(configured, options);
  EXPECT_THAT(published(), ElementsAre("old"));
  settle();
  EXPECT_THAT(published(), ElementsAre("new"));
  EXPECT_TRUE(gateway->ready());
  reply_text(heard, "done");
  EXPECT_THAT(response(running), HasSubstr("done"));
  auto const next_call = call("new", "", "{}");
  auto const second = next(one);
  EXPECT_NE(second.at, heard.at);
  reply_text(second, "new one");
  EXPECT_THAT(response(next_call), HasSubstr("new one"));
  advance(1s);
  EXPECT_EQ(heard.at->events, nullptr) << "the old child is gone";
  EXPECT_THAT(metrics.text(), HasSubstr("mcp_upstream_up{server=\"one\"} 1\n"));
}

TEST_F(ReloadTest, ASecondReloadOvertakesTheFirst) {
  auto& one = upstream("one", {"work"});
  start();
  config_of("one").args = {"--first"};
  gateway->reload(configured, options);
  config_of("one").args = {"--second"};
  gateway->reload(configured, options);
  settle();
  advance(1s);
  EXPECT_EQ(gateway->upstreams().size(), 1);
  EXPECT_THAT(gateway->upstreams().front()->config().args, ElementsAre("--second"));
  EXPECT_THAT(published(), ElementsAre("work"));
  auto const running = call("work", "", "{}");
  reply_text(next(one), "done");
  EXPECT_THAT(response(running), HasSubstr("done"));
}

TEST_F(ReloadTest, GoingBackToWhatRunsStopsTheSuccessorThatWasOnItsWay) {
  upstream("one", {"work"});
  start();
  auto const running = gateway->upstreams().front();
  config_of("one").args = {"--changed"};
  gateway->reload(configured, options);
  config_of("one").args.clear();
  gateway->reload(configured, options);
  settle();
  advance(1s);
  EXPECT_EQ(gateway->upstreams().front(), running);
  EXPECT_THAT(published(), ElementsAre("work"));
}

TEST_F(ReloadTest, WithNothingLeftThereIsNothingToOffer) {
  upstream("one", {"work"});
  start();
  remove("one");
  reload();
  EXPECT_THAT(published(), IsEmpty());
  EXPECT_FALSE(gateway->ready());
}

TEST_F(ReloadTest, ADisabledUpstreamIsLikeARemovedOne) {
  upstream("one", {"work"});
  upstream("two", {"work"});
  start();
  config_of("two").disabled = true;
  reload();
  EXPECT_THAT(published(), ElementsAre("work"));
}

TEST_F(ReloadTest, PrefixesFollowTheFile) {
  upstream("one", {"work"});
  start();
  options.prefix = config::PrefixRule::always;
  options.separator = ".";
  reload();
  EXPECT_THAT(published(), ElementsAre("one.work"));
}

TEST_F(ReloadTest, AnUpstreamThatIsRemovedBeforeItToldAnythingDoesNotHoldUpTheOpening) {
  upstream("one", {"work"});
  gateway =
      std::make_unique<Gateway>(upstream::Services{host.engine().loop, links, meters, log, "1"},
                                host.server.registry(), configured, options);
  gateway->start([this] { settled = true; });
  remove("one");
  gateway->reload(configured, options);
  EXPECT_TRUE(settled);
  settle();
}

}  // namespace
}  // namespace rampart::gateway
