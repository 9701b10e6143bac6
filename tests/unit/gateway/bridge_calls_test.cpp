// Calls and their ends: progress and log messages, errors, loss, retries, withdrawal.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BridgeCalls : public GatewayTest {
 protected:
  void SetUp() override { one = &upstream("one", {"work"}); }
  Script* one = nullptr;
};

TEST_F(BridgeCalls, ProgressReachesTheClientUnderItsOwnToken) {
  start();
  auto const running = call("work", "", "{}", R"(,"progressToken":"mine")");
  auto const heard = next(*one);
  EXPECT_EQ(heard.meta("progressToken"), std::to_string(heard.id));
  heard.at->notify("notifications/progress", R"({"progressToken":)" + heard.meta("progressToken") +
                                                 R"(,"progress":0.5,"total":2,"message":"half"})");
  settle();
  auto const messages = running.inbox->take_messages();
  ASSERT_EQ(messages.size(), 1);
  EXPECT_EQ(member(messages[0], "params.progressToken"), R"("mine")");
  EXPECT_EQ(member(messages[0], "params.progress"), "0.5");
  EXPECT_EQ(member(messages[0], "params.total"), "2");
  EXPECT_EQ(member(messages[0], "params.message"), R"("half")");
  reply_text(heard, "done");
}

TEST_F(BridgeCalls, AClientThatWantsNoProgressCostsTheUpstreamNone) {
  start();
  call("work", "", "{}");
  EXPECT_EQ(next(*one).meta("progressToken"), "absent");
}

TEST_F(BridgeCalls, LogMessagesReachWhoAskedForThatLevel) {
  start();
  auto const running = call("work", "", "{}", R"(,"io.modelcontextprotocol/logLevel":"warning")");
  auto const heard = next(*one);
  heard.at->notify("notifications/message", R"({"level":"info","data":"no"})");
  heard.at->notify("notifications/message", R"({"level":"error","logger":"db","data":{"a":1}})");
  settle();
  auto const messages = running.inbox->take_messages();
  ASSERT_EQ(messages.size(), 1);
  EXPECT_EQ(member(messages[0], "params.logger"), R"("db")");
  EXPECT_EQ(member(messages[0], "params.data"), R"({"a":1})");
  reply_text(heard, "done");
}

TEST_F(BridgeCalls, AnErrorOfTheUpstreamKeepsItsCodeAndWords) {
  start();
  auto const running = call("work", "", "{}");
  reply_error(next(*one), R"({"code":-32099,"message":"out of paper","data":{"tray":2}})");
  EXPECT_EQ(member(response(running), "error.code"), "-32099");
  EXPECT_EQ(member(response(running), "error.message"), R"("out of paper")");
  EXPECT_EQ(member(response(running), "error.data"), R"({"tray":2})");
}

TEST_F(BridgeCalls, AnUnknownResourceIsToldInTheClientsEra) {
  one->resources = {R"({"uri":"file:///a","name":"a"})"};
  start();
  auto const modern = ask("resources/read", R"("uri":"file:///a")", "{}");
  reply_error(next(*one), R"({"code":-32002,"message":"gone"})");
  EXPECT_EQ(member(response(modern), "error.code"), "-32602");
  EXPECT_EQ(member(response(modern), "error.data.uri"), R"("file:///a")");
  auto const client = session(protocol::latest_legacy, {});
  auto const legacy = ask(client, "resources/read", R"("uri":"file:///a")");
  reply_error(next(*one), R"({"code":-32002,"message":"gone"})");
  EXPECT_EQ(member(response(legacy), "error.code"), "-32002");
}

TEST_F(BridgeCalls, AToolsCallThatWasSentAndLostIsOfUnknownDeliveryAndNotSentAgain) {
  start();
  auto const before = one->instances.size();
  auto const running = call("work", "", "{}");
  next(*one).at->die();
  settle();
  advance(1s);
  EXPECT_TRUE(running.ended());
  EXPECT_EQ(member(response(running), "error.data.delivery"), R"("unknown")");
  EXPECT_THAT(one->waiting, IsEmpty());
  EXPECT_EQ(one->instances.size(), before + 1) << "another child serves the next call";
}

TEST_F(BridgeCalls, AReadThatWasLostIsSentAgain) {
  one->resources = {R"({"uri":"file:///a","name":"a"})"};
  start();
  auto const running = ask("resources/read", R"("uri":"file:///a")", "{}");
  next(*one).at->die();
  settle();
  for (int i = 0; i < 40 && one->waiting.empty(); ++i) advance(100ms);
  EXPECT_FALSE(running.ended());
  reply(next(*one), R"({"contents":[{"uri":"file:///a","text":"second try"}]})");
  EXPECT_THAT(response(running), HasSubstr("second try"));
}

TEST_F(BridgeCalls, AReadThatIsLostEachTimeEndsAsUnavailable) {
  one->resources = {R"({"uri":"file:///a","name":"a"})"};
  start();
  auto const running = ask("resources/read", R"("uri":"file:///a")", "{}");
  int sent = 0;
  for (int i = 0; i < 200 && !running.ended(); ++i) {
    while (!one->waiting.empty()) {
      ++sent;
      next(*one).at->die();
      settle();
    }
    advance(100ms);
  }
  EXPECT_EQ(sent, 3);
  EXPECT_TRUE(running.ended());
  EXPECT_THAT(response(running), HasSubstr("is not available"));
}

TEST_F(BridgeCalls, AToolOfATrustedUpstreamThatMayBeRepeatedIsSentAgain) {
  one->tools = {tool_named("work", R"(,"annotations":{"readOnlyHint":true})")};
  config_of("one").trusted = true;
  start();
  auto const running = call("work", "", "{}");
  next(*one).at->die();
  settle();
  for (int i = 0; i < 40 && one->waiting.empty(); ++i) advance(100ms);
  reply_text(next(*one), "second try");
  EXPECT_THAT(response(running), HasSubstr("second try"));
}

TEST_F(BridgeCalls, TheSameAnnotationOfAnUntrustedUpstreamIsNotBelieved) {
  one->tools = {tool_named("work", R"(,"annotations":{"readOnlyHint":true})")};
  start();
  auto const running = call("work", "", "{}");
  next(*one).at->die();
  settle();
  EXPECT_THAT(response(running), HasSubstr("delivery unknown"));
}

TEST_F(BridgeCalls, ACallToAnUpstreamThatIsAwayWaitsForItAndThenHearsSo) {
  one->starts = false;
  one->tools.clear();
  auto& other = upstream("other", {"work"});
  start();
  other.starts = false;
  other.instances.front()->die();
  settle();
  auto const running = call("other__work", "", "{}");
  for (int i = 0; i < 700 && !running.ended(); ++i) advance(100ms);
  EXPECT_THAT(response(running), HasSubstr("is not available"));
}

TEST_F(BridgeCalls, ACallThatTakesTooLongIsWithdrawnAtTheUpstream) {
  config_of("one").timeouts.call = 10s;
  start();
  auto const running = call("work", "", "{}");
  auto const heard = next(*one);
  advance(11s);
  EXPECT_THAT(response(running), HasSubstr("time limit of 10 s"));
  ASSERT_FALSE(one->notices.empty());
  EXPECT_EQ(one->notices.back().param("requestId"), std::to_string(heard.id));
  reply_text(heard, "too late");
}

TEST_F(BridgeCalls, ProgressKeepsACallAlive) {
  config_of("one").timeouts.call = 10s;
  start();
  auto const running = call("work", "", "{}", R"(,"progressToken":1)");
  auto const heard = next(*one);
  for (int i = 1; i <= 4; ++i) {
    advance(8s);
    heard.at->notify("notifications/progress", R"({"progressToken":)" + std::to_string(heard.id) +
                                                   R"(,"progress":)" + std::to_string(i) + "}");
    settle();
  }
  reply_text(heard, "done");
  EXPECT_THAT(response(running), HasSubstr("done"));
}

TEST_F(BridgeCalls, ProgressKeepsACallAliveForItsLongestTimeOnly) {
  config_of("one").timeouts.call = 10s;
  config_of("one").timeouts.call_max = 30s;
  start();
  auto const running = call("work", "", "{}", R"(,"progressToken":1)");
  auto const heard = next(*one);
  for (int i = 1; i <= 4; ++i) {
    EXPECT_FALSE(running.ended()) << i;
    advance(8s);
    heard.at->notify("notifications/progress", R"({"progressToken":)" + std::to_string(heard.id) +
                                                   R"(,"progress":)" + std::to_string(i) + "}");
    settle();
  }
  EXPECT_THAT(response(running), HasSubstr("time limit of 30 s"));
}

TEST_F(BridgeCalls, AClientThatLeavesIsToldToTheUpstream) {
  start();
  auto const running = call("work", "", "{}");
  auto const heard = next(*one);
  running.call->cancel(server::CancelReason::disconnect);
  settle();
  ASSERT_FALSE(one->notices.empty());
  EXPECT_EQ(one->notices.back().method, "notifications/cancelled");
  EXPECT_EQ(one->notices.back().param("requestId"), std::to_string(heard.id));
}

TEST_F(BridgeCalls, CallsWithTheSameIdGetTheirOwnAnswers) {
  start();
  auto const a = call("work", "", "{}");
  auto const b = call("work", "", "{}");
  auto const heard_a = next(*one), heard_b = next(*one);
  EXPECT_NE(heard_a.id, heard_b.id);
  reply_text(heard_b, "for b");
  reply_text(heard_a, "for a");
  EXPECT_THAT(response(a), HasSubstr("for a"));
  EXPECT_THAT(response(b), HasSubstr("for b"));
}

TEST_F(BridgeCalls, APromptAndACompletionReachTheirOwnerByItsOwnName) {
  one->prompts = {R"({"name":"greet","arguments":[{"name":"who"}]})"};
  options.prefix = config::PrefixRule::always;
  start();
  auto const prompt = ask("prompts/get", R"("name":"one__greet","arguments":{"who":"A"})", "{}");
  auto const heard = next(*one);
  EXPECT_EQ(heard.param("name"), R"("greet")");
  EXPECT_EQ(heard.param("arguments"), R"({"who":"A"})");
  reply(heard, R"({"messages":[]})");
  EXPECT_EQ(at(prompt, "messages"), "[]");
  auto const completion = ask(
      "completion/complete",
      R"("ref":{"type":"ref/prompt","name":"one__greet"},"argument":{"name":"who","value":"A"})",
      "{}");
  auto const asked = next(*one);
  EXPECT_EQ(asked.param("ref"), R"({"type":"ref/prompt","name":"greet"})");
  reply(asked, R"({"completion":{"values":["Ada"]}})");
  EXPECT_THAT(at(completion, "completion"), HasSubstr("Ada"));
}

}  // namespace
}  // namespace rampart::gateway
