// A modern upstream asks in its result: what modern and legacy clients see of it.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

/// A result of the upstream that asks one thing under `key`.
std::string asks(std::string const& key, std::string const& state = R"("st\u00e4te\"")") {
  std::string out = R"({"resultType":"input_required","inputRequests":{")" + key +
                    R"(":{"method":"elicitation/create","params":{"mode":"form","message":"Who?",)"
                    R"("requestedSchema":{"type":"object","properties":{}}}}})";
  if (!state.empty()) out += R"(,"requestState":)" + state;
  return out + "}";
}
constexpr std::string_view hello =
    R"({"resultType":"complete","content":[{"type":"text","text":"Hello"}]})";

class BridgeModernUpstream : public GatewayTest {
 protected:
  void SetUp() override {
    one = &upstream("one", {"ask"}, true);
    start();
  }
  Script* one = nullptr;
};

TEST_F(BridgeModernUpstream, AModernClientIsAskedUnderTheUpstreamsKeyAndItsStateComesBackExactly) {
  auto const first = call("ask");
  reply(next(*one), asks("who"));
  EXPECT_EQ(at(first, "resultType"), R"("input_required")");
  EXPECT_THAT(at(first, "inputRequests.who"), HasSubstr("Who?"));
  EXPECT_THAT(at(first, "requestState"), Not(HasSubstr("u00e4"))) << "sealed";
  EXPECT_EQ(gateway->parked(), 0) << "nothing is kept for a modern upstream";

  auto const second = answer("ask", R"("who":{"action":"accept","content":{"n":"Ada"}})",
                             at(first, "requestState"));
  auto const again = next(*one);
  EXPECT_EQ(again.method, "tools/call");
  EXPECT_EQ(again.param("name"), R"("ask")");
  EXPECT_EQ(json::string_of(again.param("requestState")), json::string_of(R"("st\u00e4te\"")"));
  EXPECT_THAT(again.param("inputResponses"), HasSubstr(R"("who":{"action":"accept")"));
  reply(again, hello);
  EXPECT_EQ(at(second, "resultType"), R"("complete")");
  EXPECT_THAT(response(second), HasSubstr("Hello"));
}

TEST_F(BridgeModernUpstream, AStateThatTheUpstreamDidNotGiveIsNotSent) {
  auto const first = call("ask");
  reply(next(*one), asks("who", ""));
  answer("ask", R"("who":{"action":"decline"})", at(first, "requestState"));
  EXPECT_EQ(next(*one).param("requestState"), "absent");
}

TEST_F(BridgeModernUpstream, SeveralRoundsEachWithItsOwnKey) {
  auto const first = call("ask");
  reply(next(*one), asks("a", R"("1")"));
  auto const second = answer("ask", R"("a":{"action":"decline"})", at(first, "requestState"));
  reply(next(*one), asks("b", R"("2")"));
  EXPECT_THAT(at(second, "inputRequests.b"), HasSubstr("Who?"));
  auto const third = answer("ask", R"("b":{"action":"decline"})", at(second, "requestState"));
  auto const last = next(*one);
  EXPECT_EQ(last.param("requestState"), R"("2")");
  EXPECT_THAT(last.param("inputResponses"), HasSubstr(R"("b")"));
  reply(last, hello);
  EXPECT_THAT(response(third), HasSubstr("Hello"));
}

TEST_F(BridgeModernUpstream, TheSameKeyAskedAgainIsAnsweredAnew) {
  auto const first = call("ask");
  reply(next(*one), asks("who", R"("1")"));
  auto const second = answer("ask", R"("who":{"action":"decline"})", at(first, "requestState"));
  reply(next(*one), asks("who", R"("2")"));
  EXPECT_THAT(at(second, "inputRequests.who"), HasSubstr("Who?"));
  auto const third = answer("ask", R"("who":{"action":"cancel"})", at(second, "requestState"));
  EXPECT_EQ(next(*one).param("inputResponses"), R"({"who":{"action":"cancel"}})");
}

TEST_F(BridgeModernUpstream, AResultWithAStateAloneIsFollowedUpAtOnce) {
  auto const running = call("ask");
  reply(next(*one), R"({"resultType":"input_required","requestState":"later"})");
  EXPECT_FALSE(running.ended());
  auto const again = next(*one);
  EXPECT_EQ(again.param("requestState"), R"("later")");
  EXPECT_EQ(again.param("inputResponses"), "absent");
  reply(again, hello);
  EXPECT_THAT(response(running), HasSubstr("Hello"));
}

TEST_F(BridgeModernUpstream, AnUpstreamThatNeverEndsItsRoundsIsStopped) {
  auto const running = call("ask");
  for (int round = 0; round < Bridge::max_rounds; ++round)
    reply(next(*one), R"({"resultType":"input_required","requestState":"later"})");
  EXPECT_FALSE(running.ended());
  reply(next(*one), R"({"resultType":"input_required","requestState":"later"})");
  EXPECT_TRUE(running.ended());
  EXPECT_TRUE(one->waiting.empty());
}

TEST_F(BridgeModernUpstream, WhatTheClientDidNotDeclareIsAnErrorThatNamesIt) {
  auto const running = call("ask", "", R"({"roots":{}})");
  reply(next(*one), asks("who"));
  EXPECT_EQ(member(response(running), "error.code"), "-32021");
  EXPECT_THAT(member(response(running), "error.data"), HasSubstr("elicitation"));
}

TEST_F(BridgeModernUpstream, TheUpstreamHearsOfTheCallersCapabilitiesAndNotOfItsIdentity) {
  call("ask", "", R"({"roots":{}})", R"(,"io.modelcontextprotocol/clientInfo":{"name":"secret"})");
  auto const heard = next(*one);
  EXPECT_EQ(heard.meta("io.modelcontextprotocol/clientCapabilities"), R"({"roots":{}})");
  EXPECT_THAT(heard.meta("io.modelcontextprotocol/clientInfo"), HasSubstr(R"("name":"rampart")"));
  EXPECT_NE(heard.member("id"), "1");
}

TEST_F(BridgeModernUpstream, KeysOfThirdPartiesPassAndTheProtocolsOwnAreWrittenAnew) {
  call("ask", "", "{}",
       R"(,"com.example/tenant":{"id": 7},"io.modelcontextprotocol/secret":1,"progressToken":"t")");
  auto const heard = next(*one);
  EXPECT_EQ(heard.meta("com.example/tenant"), R"({"id":7})");
  EXPECT_EQ(heard.meta("io.modelcontextprotocol/secret"), "absent");
  EXPECT_EQ(heard.meta("progressToken"), std::to_string(heard.id));
  auto const client = session();
  ask(client, "tools/call", R"("name":"ask","arguments":{},"_meta":{"com.example/a":1})");
  EXPECT_EQ(next(*one).meta("com.example/a"), "1");
}

TEST_F(BridgeModernUpstream, AnswersThatBelongToNoQuestionOfOursAreTheUpstreamsToJudge) {
  call("ask", R"(,"inputResponses":{"stray":{"action":"accept"}})");
  EXPECT_EQ(next(*one).param("inputResponses"), R"({"stray":{"action":"accept"}})");
}

// --- a legacy client

TEST_F(BridgeModernUpstream, ALegacyClientIsAskedByARequestAndTheUpstreamIsCalledAgain) {
  auto const client = session();
  auto const running = ask(client, "tools/call", R"("name":"ask","arguments":{})");
  reply(next(*one), asks("who"));
  EXPECT_FALSE(running.ended());
  auto const messages = running.inbox->take_messages();
  ASSERT_EQ(messages.size(), 1);
  EXPECT_EQ(member(messages[0], "method"), R"("elicitation/create")");
  respond(*client, member(messages[0], "id"), R"("result":{"action":"accept","content":{}})");
  auto const again = next(*one);
  EXPECT_THAT(again.param("inputResponses"), HasSubstr(R"("who")"));
  EXPECT_THAT(again.param("requestState"), HasSubstr("te"));
  reply(again, hello);
  EXPECT_EQ(at(running, "resultType"), "absent") << "a field of the modern era";
  EXPECT_THAT(response(running), HasSubstr("Hello"));
}

TEST_F(BridgeModernUpstream, ALegacyClientsErrorToAnElicitationCountsAsCancelled) {
  auto const client = session();
  auto const running = ask(client, "tools/call", R"("name":"ask","arguments":{})");
  reply(next(*one), asks("who"));
  auto const messages = running.inbox->take_messages();
  ASSERT_EQ(messages.size(), 1);
  respond(*client, member(messages[0], "id"), R"("error":{"code":-1,"message":"no"})");
  EXPECT_EQ(next(*one).param("inputResponses"), R"({"who":{"action":"cancel"}})");
}

TEST_F(BridgeModernUpstream, ALegacyClientsErrorToSamplingEndsTheCall) {
  auto const client = session();
  auto const running = ask(client, "tools/call", R"("name":"ask","arguments":{})");
  reply(next(*one), R"({"resultType":"input_required","inputRequests":{"s":{"method":)"
                    R"("sampling/createMessage","params":{"messages":[],"maxTokens":1}}}})");
  auto const messages = running.inbox->take_messages();
  ASSERT_EQ(messages.size(), 1);
  respond(*client, member(messages[0], "id"), R"("error":{"code":-1,"message":"no"})");
  EXPECT_TRUE(running.ended());
  EXPECT_NE(member(response(running), "error"), "absent");
  EXPECT_TRUE(one->waiting.empty());
}

TEST_F(BridgeModernUpstream, AClientFromBeforeElicitationGetsAPreciseError) {
  auto const client = session(protocol::Version::v2025_03_26);
  auto const running = ask(client, "tools/call", R"("name":"ask","arguments":{})");
  reply(next(*one), asks("who"));
  EXPECT_THAT(response(running), HasSubstr("did not declare"));
  EXPECT_EQ(at(running, "content"), "absent");
}

TEST_F(BridgeModernUpstream, ALegacyClientGetsTheResultWithoutWhatItsEraDoesNotKnow) {
  auto const client = session();
  auto const running = ask(client, "tools/call", R"("name":"ask","arguments":{})");
  reply(next(*one),
        R"({"resultType":"complete","ttlMs":5,"cacheScope":"public","content":[],"_meta":)"
        R"({"io.modelcontextprotocol/serverInfo":{"name":"x"},"com.example/a":1}})");
  EXPECT_EQ(at(running, "resultType"), "absent");
  EXPECT_EQ(at(running, "ttlMs"), "absent");
  EXPECT_EQ(at(running, "_meta"), R"({"com.example/a":1})");
}

TEST_F(BridgeModernUpstream, AResourcesHintsReachModernClientsAsTheUpstreamSaidThem) {
  one->resources = {R"({"uri":"file:///a","name":"a"})"};
  one->instances.front()->notify("notifications/resources/list_changed", "{}");
  settle();
  auto const read = ask("resources/read", R"("uri":"file:///a")");
  reply(next(*one),
        R"({"resultType":"complete","ttlMs":5000,"cacheScope":"public","contents":[]})");
  EXPECT_EQ(at(read, "ttlMs"), "5000");
  EXPECT_EQ(at(read, "cacheScope"), R"("public")");
}

}  // namespace
}  // namespace rampart::gateway
