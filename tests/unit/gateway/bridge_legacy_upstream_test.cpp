// A legacy upstream asks in the middle of a call: what modern and legacy clients see of it.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view form =
    R"({"message":"Who?","requestedSchema":{"type":"object","properties":{"n":{"type":"string"}}}})";

class BridgeLegacyUpstream : public GatewayTest {
 protected:
  void SetUp() override {
    one = &upstream("one", {"ask"});
    config_of("one").share_roots = true;
  }
  /// A call of a modern client that the upstream has answered with a question.
  Running asked(std::string_view question = R"("s1")") {
    auto const running = call("ask");
    heard = next(*one);
    heard.at->ask(question, "elicitation/create", form, heard.id);
    until_asked(running);
    return running;
  }
  Script* one = nullptr;
  Heard heard;
};

TEST_F(BridgeLegacyUpstream, AModernClientGetsTheQuestionAsAResultAndAnswersWithItsNextCall) {
  start();
  auto const first = asked();
  EXPECT_EQ(at(first, "resultType"), R"("input_required")");
  auto const requests = at(first, "inputRequests");
  EXPECT_THAT(requests, HasSubstr(R"("method":"elicitation/create")"));
  EXPECT_THAT(requests, HasSubstr(R"("message":"Who?")"));
  EXPECT_EQ(gateway->parked(), 1);

  auto const second = answer("ask", R"("q\"s1\"":{"action":"accept","content":{"n":"Ada"}})",
                             at(first, "requestState"));
  EXPECT_EQ(gateway->parked(), 0);
  auto const answered = next(*one);
  EXPECT_EQ(answered.method, "") << "the same call goes on; it is not sent again";
  EXPECT_EQ(answered.member("id"), R"("s1")");
  EXPECT_THAT(answered.member("result"), HasSubstr(R"("content":{"n":"Ada"})"));
  reply_text(heard, "Hello Ada");
  EXPECT_EQ(at(second, "resultType"), R"("complete")");
  EXPECT_THAT(response(second), HasSubstr("Hello Ada"));
}

TEST_F(BridgeLegacyUpstream, QuestionsThatComeTogetherAreAskedTogether) {
  start();
  auto const first = call("ask");
  heard = next(*one);
  heard.at->ask("1", "elicitation/create", form, heard.id);
  heard.at->ask("2", "roots/list", "{}", heard.id);
  until_asked(first);
  EXPECT_THAT(at(first, "inputRequests.q1"), HasSubstr("elicitation/create"));
  EXPECT_THAT(at(first, "inputRequests.q2"), HasSubstr("roots/list"));
  auto const second =
      answer("ask", R"("q1":{"action":"decline"},"q2":{"roots":[]})", at(first, "requestState"));
  EXPECT_EQ(next(*one).member("result"), R"({"action":"decline"})");
  EXPECT_EQ(next(*one).member("result"), R"({"roots":[]})");
  reply_text(heard, "done");
  EXPECT_THAT(response(second), HasSubstr("done"));
}

TEST_F(BridgeLegacyUpstream, AQuestionIsAskedWhateverCameRightAfterIt) {
  start();
  auto const logs = call("ask", "", all, R"(,"io.modelcontextprotocol/logLevel":"debug")");
  heard = next(*one);
  heard.at->ask("1", "elicitation/create", form, heard.id);
  heard.at->notify("notifications/message", R"({"level":"info","data":"I asked"})", heard.id);
  until_asked(logs);
  EXPECT_THAT(at(logs, "inputRequests.q1"), HasSubstr("elicitation/create"));

  auto const refused = call("ask", "", R"({"elicitation":{}})");
  heard = next(*one);
  heard.at->ask("2", "elicitation/create", form, heard.id);
  heard.at->ask("3", "roots/list", "{}", heard.id);
  host.engine().run_until([&] { return refused.ended(); });
  EXPECT_THAT(at(refused, "inputRequests.q2"), HasSubstr("elicitation/create"));
  EXPECT_EQ(at(refused, "inputRequests.q3"), "absent");
}

TEST_F(BridgeLegacyUpstream, WhatTheClientLeftUnansweredIsAskedAgain) {
  start();
  auto const first = call("ask");
  heard = next(*one);
  heard.at->ask("1", "elicitation/create", form, heard.id);
  heard.at->ask("2", "roots/list", "{}", heard.id);
  until_asked(first);
  auto const second = answer("ask", R"("q1":{"action":"decline"})", at(first, "requestState"));
  EXPECT_EQ(at(second, "inputRequests.q1"), "absent");
  EXPECT_THAT(at(second, "inputRequests.q2"), HasSubstr("roots/list"));
  EXPECT_TRUE(one->waiting.empty()) << "answers reach the upstream when all are there";
  auto const third = answer("ask", R"("q2":{"roots":[]})", at(second, "requestState"));
  EXPECT_EQ(one->waiting.size(), 2);
  reply_text(heard, "done");
  EXPECT_THAT(response(third), HasSubstr("done"));
}

TEST_F(BridgeLegacyUpstream, ASecondQuestionAfterTheFirstAnswerIsAnotherRound) {
  start();
  auto const first = asked("1");
  auto const second = answer("ask", R"("q1":{"action":"decline"})", at(first, "requestState"));
  heard.at->ask("2", "elicitation/create", form, heard.id);
  until_asked(second);
  EXPECT_THAT(at(second, "inputRequests.q2"), HasSubstr("Who?"));
  auto const third = answer("ask", R"("q2":{"action":"cancel"})", at(second, "requestState"));
  reply_text(heard, "done");
  EXPECT_THAT(response(third), HasSubstr("done"));
}

TEST_F(BridgeLegacyUpstream, AStateServesOnceAndOnlyItsPrincipal) {
  start();
  auto const first = asked("1");
  auto const state = at(first, "requestState");
  principal = "mallory";
  auto const stolen = answer("ask", R"("q1":{"action":"decline"})", state);
  EXPECT_EQ(member(response(stolen), "error.code"), "-32602");
  principal = "anonymous";
  auto const second = answer("ask", R"("q1":{"action":"decline"})", state);
  EXPECT_FALSE(second.ended());
  auto const again = answer("ask", R"("q1":{"action":"decline"})", state);
  EXPECT_EQ(member(response(again), "error.code"), "-32602") << response(again);
  reply_text(heard, "done");
}

TEST_F(BridgeLegacyUpstream, AnAnswerWithoutWhatTheProtocolAsksForIsRefused) {
  start();
  auto const first = asked("1");
  auto const second = answer("ask", R"("q1":{"content":{}})", at(first, "requestState"));
  EXPECT_EQ(member(response(second), "error.code"), "-32602");
  EXPECT_THAT(member(response(second), "error.message"), HasSubstr("action"));
}

TEST_F(BridgeLegacyUpstream, ACallThatNobodyAnswersIsWithdrawnAtItsLimit) {
  config_of("one").timeouts.ask = 1min;
  start();
  auto const first = asked("1");
  advance(61s);
  EXPECT_EQ(gateway->parked(), 0);
  ASSERT_FALSE(one->notices.empty());
  EXPECT_EQ(one->notices.back().method, "notifications/cancelled");
  auto const late = answer("ask", R"("q1":{"action":"decline"})", at(first, "requestState"));
  EXPECT_EQ(member(response(late), "error.code"), "-32602");
  EXPECT_THAT(member(response(late), "error.message"), HasSubstr("waited too long"));
}

TEST_F(BridgeLegacyUpstream, TheTimeOfAPersonIsNotTheTimeOfTheCall) {
  start();
  auto const first = asked("1");
  advance(300s);
  auto const second = answer("ask", R"("q1":{"action":"decline"})", at(first, "requestState"));
  advance(50s);
  EXPECT_FALSE(second.ended());
  reply_text(heard, "done");
  EXPECT_THAT(response(second), HasSubstr("done"));
}

TEST_F(BridgeLegacyUpstream, AChildThatDiesWhileAPersonIsAskedIsToldAsUnknownDelivery) {
  start();
  auto const first = asked("1");
  heard.at->die();
  settle();
  auto const second = answer("ask", R"("q1":{"action":"decline"})", at(first, "requestState"));
  EXPECT_THAT(response(second), HasSubstr("delivery unknown"));
}

TEST_F(BridgeLegacyUpstream, AClientThatDeclaredNothingIsServedByAChildThatCannotAsk) {
  start();
  auto const running = call("ask", "", "{}");
  heard = next(*one);
  EXPECT_EQ(heard.at, one->instances.front()) << "the shared child, not one of its own";
  heard.at->ask("1", "elicitation/create", form, heard.id);
  settle();
  EXPECT_FALSE(running.ended());
  EXPECT_THAT(next(*one).member("error"), HasSubstr("-32601"));
  reply_text(heard, "without you");
  EXPECT_THAT(response(running), HasSubstr("without you"));
}

TEST_F(BridgeLegacyUpstream, AClientHearsWhichCapabilityAFailedCallWouldHaveNeeded) {
  start();
  auto const sampling = R"({"messages":[],"maxTokens":1})";
  for (bool by_error : {true, false}) {
    auto const running = call("ask", "", "{}");
    heard = next(*one);
    heard.at->ask("1", "sampling/createMessage", sampling, heard.id);
    settle();
    EXPECT_THAT(next(*one).member("error"), HasSubstr("-32601"));
    if (by_error)
      reply_error(heard, R"({"code":-32603,"message":"no model"})");
    else
      reply(heard, R"({"content":[{"type":"text","text":"no model"}],"isError":true})");
    EXPECT_EQ(member(response(running), "error.code"), "-32021");
    EXPECT_EQ(member(response(running), "error.data.requiredCapabilities"), R"({"sampling":{}})");
  }
  // Not a word of it where nothing failed, nothing was asked, or the era has no such error.
  auto const fine = call("ask", "", "{}");
  heard = next(*one);
  heard.at->ask("1", "sampling/createMessage", sampling, heard.id);
  settle();
  next(*one);
  reply_text(heard, "without a model");
  EXPECT_THAT(response(fine), HasSubstr("without a model"));
  auto const other = call("ask", "", "{}");
  reply_error(next(*one), R"({"code":-32603,"message":"disk full"})");
  EXPECT_THAT(response(other), HasSubstr("disk full"));
  auto const old =
      ask(session(protocol::latest_legacy, {}), "tools/call", R"("name":"ask","arguments":{})");
  heard = next(*one);
  heard.at->ask("1", "sampling/createMessage", sampling, heard.id);
  settle();
  next(*one);
  reply(heard, R"({"content":[{"type":"text","text":"no model"}],"isError":true})");
  EXPECT_THAT(response(old), HasSubstr("no model"));
}

TEST_F(BridgeLegacyUpstream, WhatThisClientCannotBeAskedIsAnsweredForIt) {
  one->http = true;
  config_of("one").kind = config::UpstreamKind::streamable_http;
  config_of("one").mode = config::UpstreamMode::single;  // declares everything
  start();
  auto const running = call("ask", "", R"({"roots":{}})");
  heard = next(*one);
  heard.at->ask("1", "elicitation/create", form, heard.id);
  heard.at->ask("2", "sampling/createMessage", R"({"messages":[],"maxTokens":1})", heard.id);
  heard.at->ask("3", "roots/list", "{}", heard.id);
  until_asked(running);
  EXPECT_EQ(next(*one).member("result"), R"({"action":"cancel"})");
  EXPECT_THAT(next(*one).member("error"), HasSubstr("-32601"));
  EXPECT_THAT(at(running, "inputRequests.q3"), HasSubstr("roots/list"));
  EXPECT_EQ(at(running, "inputRequests.q1"), "absent");
}

// --- a legacy client

TEST_F(BridgeLegacyUpstream, ALegacyClientIsAskedByARequestOnTheStreamOfItsCall) {
  start();
  auto const client = session();
  auto const running = ask(client, "tools/call", R"("name":"ask","arguments":{})");
  heard = next(*one);
  heard.at->ask(R"("s1")", "elicitation/create", form, heard.id);
  until_asked(running);
  EXPECT_FALSE(running.ended());
  auto const messages = running.inbox->take_messages();
  ASSERT_EQ(messages.size(), 1);
  EXPECT_EQ(member(messages[0], "method"), R"("elicitation/create")");
  EXPECT_EQ(member(messages[0], "params.message"), R"("Who?")");
  EXPECT_NE(member(messages[0], "id"), R"("s1")") << "ids are our own on each leg";
  respond(*client, member(messages[0], "id"),
          R"("result":{"action":"accept","content":{"n":"Ada"}})");
  auto const answered = next(*one);
  EXPECT_EQ(answered.member("id"), R"("s1")");
  EXPECT_THAT(answered.member("result"), HasSubstr("Ada"));
  reply_text(heard, "Hello Ada");
  EXPECT_THAT(response(running), HasSubstr("Hello Ada"));
}

TEST_F(BridgeLegacyUpstream, ALegacyClientsErrorReachesTheUpstreamAsItIs) {
  start();
  auto const client = session();
  auto const running = ask(client, "tools/call", R"("name":"ask","arguments":{})");
  heard = next(*one);
  heard.at->ask("7", "sampling/createMessage", R"({"messages":[],"maxTokens":1})", heard.id);
  until_asked(running);
  auto const messages = running.inbox->take_messages();
  ASSERT_EQ(messages.size(), 1);
  respond(*client, member(messages[0], "id"),
          R"("error":{"code":-1,"message":"User rejected sampling request"})");
  EXPECT_THAT(next(*one).member("error"), HasSubstr("User rejected sampling request"));
  reply_text(heard, "a pity");
  EXPECT_THAT(response(running), HasSubstr("a pity"));
}

TEST_F(BridgeLegacyUpstream, ALegacyClientThatCancelsWhileItIsAskedWithdrawsTheCall) {
  start();
  auto const client = session();
  auto const running = ask(client, "tools/call", R"("name":"ask","arguments":{})");
  heard = next(*one);
  heard.at->ask("7", "roots/list", "{}", heard.id);
  until_asked(running);
  running.call->cancel(server::CancelReason::notification);
  settle();
  EXPECT_EQ(gateway->parked(), 0);
  ASSERT_FALSE(one->notices.empty());
  EXPECT_EQ(one->notices.back().method, "notifications/cancelled");
  EXPECT_EQ(one->notices.back().param("requestId"), std::to_string(heard.id));
}

// --- pages to open first (-32042)

constexpr std::string_view url_required =
    R"({"code":-32042,"message":"Log in first","data":{"elicitations":[{"mode":"url",)"
    R"("elicitationId":"e1","url":"https://example.com/login","message":"Log in"}]}})";

TEST_F(BridgeLegacyUpstream, APageToOpenFirstIsAskedForAndTheCallIsMadeAgain) {
  start();
  auto const first = call("ask");
  reply_error(next(*one), url_required);
  auto const requests = at(first, "inputRequests");
  EXPECT_THAT(requests, HasSubstr("https://example.com/login"));
  EXPECT_THAT(requests, HasSubstr(R"("mode":"url")"));
  auto const second = answer("ask", R"("url-1":{"action":"accept"})", at(first, "requestState"));
  auto const again = next(*one);
  EXPECT_EQ(again.method, "tools/call");
  reply_text(again, "welcome");
  EXPECT_THAT(response(second), HasSubstr("welcome"));
}

TEST_F(BridgeLegacyUpstream, APageThatWasNotOpenedEndsTheCall) {
  start();
  auto const first = call("ask");
  reply_error(next(*one), url_required);
  auto const second = answer("ask", R"("url-1":{"action":"decline"})", at(first, "requestState"));
  EXPECT_TRUE(second.ended());
  EXPECT_THAT(response(second), HasSubstr("was not opened"));
  EXPECT_TRUE(one->waiting.empty());
}

TEST_F(BridgeLegacyUpstream, AClientThatCannotOpenPagesIsToldTheAddressInText) {
  start();
  auto const running = call("ask", "", R"({"elicitation":{"form":{}}})");
  reply_error(next(*one), url_required);
  EXPECT_EQ(at(running, "isError"), "true");
  EXPECT_THAT(response(running), HasSubstr("https://example.com/login"));
}

TEST_F(BridgeLegacyUpstream, APageThatIsAskedForAgainAfterItWasOpenedIsAnErrorAndNoLoop) {
  start();
  auto const first = call("ask");
  reply_error(next(*one), url_required);
  auto const second = answer("ask", R"("url-1":{"action":"accept"})", at(first, "requestState"));
  reply_error(next(*one), url_required);
  EXPECT_EQ(at(second, "isError"), "true");
}

}  // namespace
}  // namespace rampart::gateway
