// Questions of legacy upstreams: whose they are, who answers them, and which are refused.
#include "fake_link.hpp"

namespace rampart::upstream {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Questions : ConnectionTest {
  Questions() {
    options.capabilities.elicitation_form = true;
    options.capabilities.sampling = true;
    options.capabilities.roots = true;
  }
  void ask(std::string id, std::string method, std::string params = "{}", std::int64_t stream = 0) {
    arrive(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" +
               params + "}",
           stream);
  }
  /// The answers that went out, as "id code" or "id result".
  std::vector<std::string> answers() const {
    std::vector<std::string> out;
    for (auto const& message : wire->sent)
      if (message.method.empty()) out.push_back(message.json);
    return out;
  }
  static std::string refused(std::string id, int code) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"error":{"code":)" + std::to_string(code) + ",";
  }
};

TEST_F(Questions, ReachTheOnlyRequestInFlightAndItsAnswerGoesBack) {
  open(false);
  auto const exchange = call();
  auto const events = watch(exchange);
  ask(R"("q1")", "elicitation/create", R"({"message":"Name?","requestedSchema":{}})");
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().kind, Event::Kind::question);
  EXPECT_EQ(events->front().method, "elicitation/create");
  EXPECT_EQ(events->front().json, R"({"message":"Name?","requestedSchema":{}})");
  EXPECT_EQ(events->front().question, R"("q1")");
  EXPECT_EQ(exchange->open_questions(), 1u);
  exchange->answer(R"("q1")", R"({"action":"decline"})", false);
  EXPECT_EQ(exchange->open_questions(), 0u);
  EXPECT_EQ(wire->sent.back().json, R"({"jsonrpc":"2.0","id":"q1","result":{"action":"decline"}})");
  EXPECT_EQ(wire->sent.back().related, 2);
  ask("0", "roots/list");
  exchange->answer("0", R"({"code":-1,"message":"no"})", true);
  EXPECT_EQ(wire->sent.back().json,
            R"({"jsonrpc":"2.0","id":0,"error":{"code":-1,"message":"no"}})");
  auto const before = wire->sent.size();
  exchange->answer("0", "{}", false);
  exchange->answer(R"("0")", "{}", false);
  EXPECT_EQ(wire->sent.size(), before) << "each once, and only those that are open";
  result(2, "{}");
  exchange->answer("0", "{}", false);
  EXPECT_EQ(wire->sent.size(), before);
}

TEST_F(Questions, OnARequestsStreamAreItsOwn) {
  http = true;
  open(false);
  auto const first = watch(call()), second = watch(call());
  ask("1", "roots/list", "{}", 3);
  EXPECT_THAT(*first, IsEmpty());
  EXPECT_THAT(*second, SizeIs(1));
  ask("5", "sampling/createMessage", "{}", 99);
  ASSERT_THAT(answers(), SizeIs(1));
  EXPECT_THAT(answers()[0], HasSubstr(refused("5", -32603)));
  connection->set_log_level(LogLevel::info);
  ask("6", "sampling/createMessage", "{}", wire->sent.back().request);
  EXPECT_THAT(answers(), SizeIs(2)) << "a request of the connection's own answers nothing";
}

TEST_F(Questions, ThatCouldBelongToSeveralRequestsOrToNoneAreRefused) {
  open(false);
  ask("1", "sampling/createMessage");
  auto const first = watch(call()), second = watch(call("prompts/get"));
  ask("2", "sampling/createMessage");
  ASSERT_THAT(answers(), SizeIs(2));
  EXPECT_THAT(answers()[0], HasSubstr(refused("1", -32603)));
  EXPECT_THAT(answers()[0], HasSubstr("no request in flight"));
  EXPECT_THAT(answers()[1], HasSubstr(refused("2", -32603)));
  EXPECT_THAT(answers()[1], HasSubstr("several requests"));
  EXPECT_THAT(*first, IsEmpty());
  EXPECT_THAT(*second, IsEmpty());
}

TEST_F(Questions, BelongToTheOnlyRequestOfAKindThatAsks) {
  open(false);
  auto const list = watch(call("tools/list")), tool = watch(call()), other = watch(call("x/y"));
  connection->set_log_level(LogLevel::info);
  ask("1", "roots/list");
  EXPECT_THAT(*tool, SizeIs(1));
  EXPECT_THAT(*list, IsEmpty());
  EXPECT_THAT(*other, IsEmpty());
}

TEST_F(Questions, AboutUndeclaredCapabilitiesAndUnknownMethodsAreRefused) {
  options.capabilities = {};
  open(false);
  auto const events = watch(call());
  int id = 0;
  for (std::string method :
       {"elicitation/create", "sampling/createMessage", "roots/list", "tasks/get", "tools/list"}) {
    auto const text = std::to_string(++id);
    ask(text, method);
    ASSERT_THAT(answers(), SizeIs(id));
    EXPECT_THAT(answers().back(), HasSubstr(refused(text, -32601))) << method;
  }
  EXPECT_THAT(*events, IsEmpty());
}

TEST_F(Questions, ThatWereRefusedAreToldWithTheEndOfTheirRequest) {
  options.capabilities = {};
  options.capabilities.elicitation_form = true;
  open(false);
  auto const first = watch(call());
  ask("1", "sampling/createMessage");
  error(2, R"({"code":-32603,"message":"no"})");
  ASSERT_THAT(*first, SizeIs(1));
  EXPECT_EQ(first->front().undeclared, R"({"sampling":{}})");
  auto const second = watch(call());
  ask("2", "tasks/get");
  result(3, "{}");
  ASSERT_THAT(*second, SizeIs(1));
  EXPECT_EQ(second->front().undeclared, "") << "no capability would have helped";
  auto const third = watch(call()), fourth = watch(call());
  ask("3", "roots/list");
  result(4, "{}");
  result(5, "{}");
  EXPECT_EQ(third->front().undeclared, "") << "nobody knows whose question it was";
  EXPECT_EQ(fourth->front().undeclared, "");
}

TEST_F(Questions, InAModeThatWasNotDeclaredAreRefused) {
  open(false);
  auto const events = watch(call());
  ask("1", "elicitation/create", R"({"mode":"url","url":"https://x.example"})");
  ask("2", "sampling/createMessage", R"({"tools":[]})");
  ask("3", "elicitation/create", R"({"message":"a","message":"b"})");
  EXPECT_THAT(answers(),
              ElementsAre(HasSubstr(refused("1", -32602)), HasSubstr(refused("2", -32602)),
                          HasSubstr(refused("3", -32602))));
  EXPECT_THAT(*events, IsEmpty());
  ask("4", "elicitation/create", R"({"mode":"form"})");
  EXPECT_THAT(*events, SizeIs(1));
}

TEST_F(Questions, PingIsAnsweredAtOnceWhateverIsInFlight) {
  open(false);
  ask("7", "ping");
  auto const first = watch(call()), second = watch(call());
  ask("8", "ping");
  EXPECT_THAT(answers(), ElementsAre(R"({"jsonrpc":"2.0","id":7,"result":{}})",
                                     R"({"jsonrpc":"2.0","id":8,"result":{}})"));
}

TEST_F(Questions, BeyondTheBoundAreRefused) {
  open(false);
  auto const exchange = call();
  for (std::size_t i = 0; i < Exchange::max_questions; ++i) ask(std::to_string(i), "roots/list");
  EXPECT_THAT(answers(), IsEmpty());
  ask("99", "roots/list");
  EXPECT_THAT(answers(), ElementsAre(HasSubstr(refused("99", -32603))));
  EXPECT_EQ(exchange->open_questions(), Exchange::max_questions);
  exchange->answer("3", "{}", false);
  ask("100", "roots/list");
  EXPECT_THAT(answers(), SizeIs(2)) << "the answer made room";
}

TEST_F(Questions, WithAnIdThatIsTakenAreDropped) {
  open(false);
  auto const events = watch(call());
  ask("1", "roots/list");
  ask("1", "sampling/createMessage");
  EXPECT_THAT(*events, SizeIs(1));
  EXPECT_THAT(answers(), IsEmpty());
  EXPECT_THAT(noise, SizeIs(1));
}

TEST_F(Questions, ThatTheUpstreamTakesBackAreForgotten) {
  open(false);
  auto const exchange = call();
  ask("1", "roots/list");
  ask(R"("1")", "roots/list");
  arrive(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  EXPECT_EQ(exchange->open_questions(), 1u);
  result(2, "{}");
  auto const events = watch(exchange);
  ASSERT_THAT(*events, SizeIs(1)) << "what was not fetched by then is of no use either";
  EXPECT_EQ(events->front().kind, Event::Kind::result);
}

TEST_F(Questions, ThatVanishBeforeTheWaiterRunsLeaveItWaiting) {
  open(false);
  auto const events = watch(call());
  // While something is being sent the waiter is woken for a later turn.
  wire->on_send = [&](Outgoing const&) {
    wire->events->on_message(Arrival{R"({"jsonrpc":"2.0","id":1,"method":"roots/list"})"});
    wire->events->on_message(Arrival{
        R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})"});
  };
  connection->notify("x", "");
  wire->on_send = nullptr;
  settle();
  EXPECT_THAT(*events, IsEmpty());
  result(2, "{}");
  EXPECT_THAT(*events, SizeIs(1));
}

TEST_F(Questions, OpenAtTheEndOfTheirRequestAreRefused) {
  open(false);
  auto const exchange = call();
  auto const events = watch(exchange);
  ask("1", "sampling/createMessage");
  ask("2", "sampling/createMessage");
  exchange->cancel("enough");
  EXPECT_THAT(answers(),
              ElementsAre(HasSubstr(refused("1", -32603)), HasSubstr(refused("2", -32603))));
  EXPECT_EQ(wire->sent.back().method, "notifications/cancelled");
  auto const other = watch(call());
  ask("3", "sampling/createMessage");
  result(3, "{}");
  EXPECT_THAT(answers(), SizeIs(3)) << "the upstream answered without waiting for its question";
  auto const lost = watch(call());
  ask("4", "sampling/createMessage");
  broken(4, Error(Errc::unavailable, "reset"));
  EXPECT_THAT(answers(), SizeIs(4));
}

TEST_F(Questions, OfAModernUpstreamDoNotExist) {
  for (bool over_http : {false, true}) {
    http = over_http;
    noise.clear();
    open(true);
    auto const events = watch(call());
    ask("1", "elicitation/create");
    ask("2", "ping");
    EXPECT_THAT(*events, IsEmpty());
    EXPECT_THAT(answers(), IsEmpty());
    EXPECT_THAT(noise, SizeIs(2));
  }
}

}  // namespace
}  // namespace rampart::upstream
