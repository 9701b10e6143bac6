// Instances of an upstream beside the shared one: one that fails is its own callers' matter.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string const a_form = R"({"elicitation":{}})";

class Instances : public GatewayTest {
 protected:
  Script& begin() {
    auto& one = upstream("one", {"work"});
    start();
    return one;
  }
  std::string code(Running const& running) { return member(response(running), "error.code"); }
  void steps(int number, std::chrono::milliseconds each) {
    while (number-- > 0) advance(each);
  }
};

TEST_F(Instances, OneThatCannotStartIsTriedEverLaterAndThenNotForAWhile) {
  auto& one = begin();
  one.starts = false;
  auto const before = one.attempts;
  auto const running = call("work", "", a_form);
  steps(100, 50ms);
  EXPECT_EQ(one.attempts - before, 5);
  EXPECT_EQ(code(running), "503") << response(running);
  EXPECT_THAT(response(running), HasSubstr("no such program"));
  auto const next_call = call("work", "", a_form);
  EXPECT_EQ(code(next_call), "503") << "at once";
  EXPECT_EQ(one.attempts - before, 5);
  advance(61s);
  one.starts = true;
  auto const again = call("work", "", a_form);
  reply_text(next(one), "done");
  EXPECT_THAT(response(again), HasSubstr("done"));
}

TEST_F(Instances, OneThatCannotStartIsNoMatterToThoseWhoNeedAnother) {
  auto& one = begin();
  one.starts = false;
  auto const asks = call("work", "", a_form);
  one.instances.front()->die();  // everybody else waits for its successor
  settle();
  auto const plain = call("work", "", "{}");
  steps(3, 50ms);
  EXPECT_FALSE(plain.ended()) << response(plain);
  one.starts = true;
  steps(10, 100ms);
  reply_text(next(one), "done");
  while (!one.waiting.empty()) reply_text(next(one), "done");
  EXPECT_THAT(response(plain), HasSubstr("done"));
}

TEST_F(Instances, OneThatHangsIsReplacedAfterACallWasNotAnswered) {
  auto& one = begin();
  one.ignores = [&](std::size_t number, std::string const& method) {
    return number > 0 && method == "ping";
  };
  auto const lost = call("work", "", a_form);
  auto const hung = next(one).at;
  advance(61s);
  EXPECT_EQ(code(lost), "504") << response(lost);
  EXPECT_NE(hung->events, nullptr) << "it may only be slow";
  advance(6s);
  EXPECT_EQ(hung->events, nullptr);
}

TEST_F(Instances, OneThatIsOnlySlowStays) {
  auto& one = begin();
  call("work", "", a_form);
  auto const slow = next(one).at;
  advance(61s);
  advance(6s);
  EXPECT_NE(slow->events, nullptr);
}

TEST_F(Instances, AnswersOfOthersDoNotHideThatTheSharedOneHangs) {
  auto& one = begin();
  one.ignores = [](std::size_t number, std::string const& method) {
    return number == 0 && method == "ping";
  };
  auto const shared = one.instances.front();
  for (int round = 0; round < 12; ++round) {
    call("work", "", a_form);
    if (!one.waiting.empty()) reply_text(next(one), "done");
    advance(15s);
  }
  EXPECT_EQ(shared->events, nullptr);
}

TEST_F(Instances, IdleOnesEndHoweverOftenTheUpstreamIsProbed) {
  auto& one = upstream("one", {"work"});
  config_of("one").health_interval = 1s;
  config_of("one").limits.idle_children = 0;
  start();
  auto const running = call("work", "", a_form);
  auto const heard = next(one);
  reply_text(heard, "done");
  steps(70, 1s);
  EXPECT_EQ(heard.at->events, nullptr);
}

TEST_F(Instances, ThatMayKeepASessionsStateStayForAsLongAsASession) {
  auto& one = upstream("one", {"work"});
  config_of("one").mode = config::UpstreamMode::per_session;
  config_of("one").limits.idle_children = 0;
  start();
  auto const client = session();
  ask(client, "tools/call", R"("name":"work","arguments":{})");
  auto const heard = next(one);
  reply_text(heard, "done");
  steps(29, 60s);
  EXPECT_NE(heard.at->events, nullptr);
  steps(2, 60s);
  EXPECT_EQ(heard.at->events, nullptr);
}

TEST_F(Instances, ASharedOneThatLivedAWhileWithoutACallIsReplacedAtOnce) {
  auto& one = begin();
  for (int death = 0; death < 8; ++death) {
    steps(7, 10s);
    auto const before = one.attempts;
    one.live().die();
    settle();
    EXPECT_EQ(one.attempts, before + 1) << death;
  }
}

// Teardown tells: what is asked for its lists at that moment ends, too.
TEST_F(Instances, AreAllToldToEndWhateverTheyAreDoing) {
  auto& one = upstream("one", {"work"});
  one.ignores = [](std::size_t number, std::string const& method) {
    return number > 0 && method == "tools/list";
  };
  start();
  ASSERT_EQ(one.instances.size(), 2u) << "the second tells what it offers to clients with forms";
}

TEST_F(Instances, OfOneUpstreamThatAreTakenTakeNothingFromAnother) {
  auto& one = begin();
  auto& two = links.scripts["two"];
  configured.push_back(configured.front());
  configured.back().name = "two";
  two.tools = {tool_named("ask")};
  gateway->reload(configured, options);
  settle();
  auto const asked = call("two__ask");
  auto const heard = next(two);
  heard.at->ask("9", "elicitation/create",
                R"({"message":"?","requestedSchema":{"type":"object"}})");
  settle();
  until_asked(asked);
  ASSERT_EQ(gateway->parked(), 1u);
  one.starts = false;
  one.instances.front()->die();
  settle();
  call("one__work", "", "{}");
  steps(40, 100ms);
  EXPECT_EQ(gateway->parked(), 1u);
}

TEST_F(Instances, ACallThatMustBeAloneOnTheOnlyOneIsNotOvertakenForEver) {
  auto& one = upstream("one", {"work"});
  config_of("one").mode = config::UpstreamMode::single;
  start();
  auto const first = call("work", "", "{}");
  auto const heard = next(one);
  auto const asks = call("work", "", a_form);
  auto const second = call("work", "", "{}");
  EXPECT_TRUE(one.waiting.empty()) << "the second would overtake";
  reply_text(heard, "first");
  ASSERT_EQ(one.waiting.size(), 1u);
  reply_text(next(one), "asked");
  EXPECT_THAT(response(asks), HasSubstr("asked"));
  reply_text(next(one), "second");
  EXPECT_THAT(response(second), HasSubstr("second"));
}

TEST_F(Instances, AreNoMoreThanAllowedAndTheLongestIdleOneGivesWay) {
  auto& one = upstream("one", {"work"});
  config_of("one").mode = config::UpstreamMode::per_session;
  config_of("one").limits.max_children = 2;
  start();
  auto const work_for = [this](std::shared_ptr<server::Session> const& client) {
    return ask(client, "tools/call", R"("name":"work","arguments":{})");
  };
  auto const anna = session(), bob = session(), carl = session();
  work_for(anna);
  auto const annas = next(one);
  work_for(bob);
  auto const bobs = next(one);
  auto const third = work_for(carl);
  steps(20, 100ms);
  EXPECT_TRUE(one.waiting.empty()) << "both are at work";
  EXPECT_FALSE(third.ended());
  reply_text(bobs, "bob");
  steps(5, 100ms);
  auto const carls = next(one);
  EXPECT_EQ(bobs.at->events, nullptr);
  EXPECT_NE(annas.at->events, nullptr);
  reply_text(annas, "anna");
  reply_text(carls, "carl");
  EXPECT_THAT(response(third), HasSubstr("carl"));
}

TEST_F(Instances, AreReplacedAfterTheirCallsAndTheLastOneIsAnswered) {
  auto& one = upstream("one", {"work"});
  config_of("one").limits.max_calls = 2;
  start();
  auto const first = call("work", "", "{}"), second = call("work", "", "{}");
  auto const heard = next(one), last = next(one);
  EXPECT_EQ(heard.at, last.at);
  reply_text(heard, "first");
  steps(3, 500ms);
  auto const third = call("work", "", "{}");
  steps(3, 500ms);
  auto const successors = next(one);
  EXPECT_NE(successors.at, last.at);
  EXPECT_NE(last.at->events, nullptr) << "it has a call";
  reply_text(last, "second");
  EXPECT_THAT(response(second), HasSubstr("second"));
  EXPECT_EQ(last.at->events, nullptr);
  reply_text(successors, "third");
  EXPECT_THAT(metrics.text(), HasSubstr("{server=\"one\",reason=\"recycle\"} 1\n"));
}

TEST_F(Instances, AreReplacedWhenTheyAreOld) {
  auto& one = upstream("one", {"work"});
  config_of("one").limits.max_age = 60s;
  config_of("one").health_interval = 0s;
  start();
  auto const first = one.instances.front();
  auto const before = one.attempts;
  steps(58, 1s);
  EXPECT_NE(first->events, nullptr);
  steps(4, 1s);
  EXPECT_EQ(first->events, nullptr);
  EXPECT_EQ(one.attempts, before + 1);
  auto const running = call("work", "", "{}");
  reply_text(next(one), "done");
  EXPECT_THAT(response(running), HasSubstr("done"));
}

TEST_F(Instances, OneThatBringsOtherToolsIsPublished) {
  auto& one = begin();
  one.tools = {tool_named("better")};
  one.live().die();
  steps(5, 100ms);
  EXPECT_EQ(published(), std::vector<std::string>{"better"});
}

TEST_F(Instances, OneThatHangsAtTheStartKeepsTheOthersWaitingForAWhileOnly) {
  upstream("good", {"work"});
  upstream("hangs").ignores = [](std::size_t, std::string const&) { return true; };
  start();
  EXPECT_FALSE(settled);
  steps(9, 1s);
  EXPECT_FALSE(settled);
  steps(2, 1s);
  EXPECT_TRUE(settled);
}

TEST_F(Instances, AloneAtTheStartOneIsWaitedFor) {
  upstream("slow").ignores = [](std::size_t, std::string const&) { return true; };
  start();
  steps(12, 1s);
  EXPECT_FALSE(settled);
}

}  // namespace
}  // namespace rampart::gateway
