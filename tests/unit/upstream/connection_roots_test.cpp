// A legacy upstream asks for roots while nobody is there to be asked, and hears when they change.
#include "fake_link.hpp"

namespace rampart::upstream {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view changed_roots = "notifications/roots/list_changed";

struct Roots : ConnectionTest {
  Roots() { options.capabilities = every(); }
  static ClientCapabilities every() {
    ClientCapabilities out;
    out.roots = out.roots_list_changed = out.sampling = true;
    return out;
  }
  void ask(std::string const& id) {
    arrive(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"roots/list"})");
  }
  void take_back(std::string const& id) {
    arrive(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + id +
           "}}");
  }
  std::shared_ptr<Exchange> call_with_roots() {
    return connection->request(Request{.method = "tools/call", .capabilities = every()});
  }
  /// What went out: methods, or answers as a whole.
  std::vector<std::string> sent() const {
    std::vector<std::string> out;
    for (auto const& message : wire->sent)
      out.push_back(message.method.empty() ? message.json : message.method);
    return out;
  }
  static Task<void> wait_for(Connection& connection, std::shared_ptr<bool> done) {
    co_await connection.hear_out();
    *done = true;
  }
  std::shared_ptr<bool> hear_out() {
    auto done = std::make_shared<bool>(false);
    async::spawn(loop, tasks, "hear out", wait_for(*connection, done));
    settle();
    return done;
  }
  static constexpr std::string_view folders = R"({"roots":[{"uri":"file:///a"}]})";
  static std::string answered(std::string const& id) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + std::string(folders) + "}";
  }
};

TEST_F(Roots, AskedForWhileNoCallIsOpenAreAskedOfTheNextOneWhichWaitsForThem) {
  open(false);
  ask("1");
  auto const list = watch(connection->request(Request{.method = "tools/list"}));
  EXPECT_THAT(sent(), ElementsAre("tools/list")) << "the question is kept";
  auto const exchange = call_with_roots();
  auto const events = watch(exchange);
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().kind, Event::Kind::question);
  EXPECT_EQ(events->front().method, "roots/list");
  EXPECT_EQ(events->front().question, "1");
  EXPECT_THAT(sent(), ElementsAre("tools/list"));
  exchange->answer("1", std::string(folders), false);
  EXPECT_THAT(sent(), ElementsAre("tools/list", answered("1")));
  advance(std::chrono::milliseconds(50));
  EXPECT_THAT(sent(), ElementsAre("tools/list", answered("1"), "tools/call"))
      << "when the upstream had a moment to take them in";
  auto const later = watch(call_with_roots());
  EXPECT_THAT(*later, IsEmpty()) << "it was asked once";
  EXPECT_THAT(sent(), SizeIs(4));
}

TEST_F(Roots, ThatAListDoesNotAnswerAreKept) {
  open(false);
  auto const list = watch(connection->request(Request{.method = "tools/list"}));
  ask("1");
  EXPECT_THAT(*list, IsEmpty());
  EXPECT_THAT(sent(), ElementsAre("tools/list"));
  EXPECT_THAT(*watch(call_with_roots()), SizeIs(1));
}

TEST_F(Roots, OfACallThatEndedBeforeItsClientAnsweredAreStillAnsweredByIt) {
  open(false);
  auto const exchange = call_with_roots();
  ask("1");
  result(2, "{}");
  EXPECT_THAT(sent(), ElementsAre("tools/call")) << "the upstream goes on waiting";
  exchange->answer("1", std::string(folders), false);
  EXPECT_THAT(sent(), ElementsAre("tools/call", answered("1")));
  exchange->answer("1", std::string(folders), false);
  EXPECT_THAT(sent(), SizeIs(2)) << "once";
  EXPECT_THAT(*watch(call_with_roots()), IsEmpty());
}

TEST_F(Roots, ThatACancelledCallLeftOpenAreAskedOfTheNextAndTheCallWasNeverSent) {
  open(false);
  ask("1");
  call_with_roots()->cancel("enough");
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_THAT(*watch(call_with_roots()), SizeIs(1));
}

TEST_F(Roots, OfACallThatWaitsForThemAreLostWithTheUpstreamWhichDidNotSeeTheCall) {
  open(false);
  ask("1");
  auto const exchange = call_with_roots();
  close_link("gone");
  auto const events = watch(exchange);
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().kind, Event::Kind::broken);
  EXPECT_FALSE(events->front().sent);
}

TEST_F(Roots, AreRefusedForAClientWithoutAnyAndAskedForAgainWhenOneHasSome) {
  open(false);
  ask("1");
  auto const poor = watch(call());
  ASSERT_THAT(sent(), SizeIs(2));
  EXPECT_THAT(sent()[0], HasSubstr(R"("id":1,"error":{"code":-32601)"));
  EXPECT_EQ(sent()[1], "tools/call");
  EXPECT_TRUE(connection->unheard());
  wire->sent.clear();
  auto const done = hear_out();
  EXPECT_THAT(sent(), ElementsAre(changed_roots, "ping"));
  ask("2");
  result(wire->sent.back().request, "{}");
  EXPECT_TRUE(*done);
  EXPECT_FALSE(connection->unheard());
}

TEST_F(Roots, ThatTheUpstreamTookBackAreAskedForAgain) {
  open(false);
  EXPECT_TRUE(connection->unheard()) << "most ask right after the handshake";
  auto const first = hear_out();
  EXPECT_THAT(sent(), ElementsAre("ping"));
  result(2, "{}");
  EXPECT_FALSE(connection->unheard());
  ask("1");
  take_back("1");
  EXPECT_TRUE(connection->unheard());
  hear_out();
  result(3, "{}");
  ask("2");
  auto const exchange = call_with_roots();
  EXPECT_EQ(exchange->open_questions(), 1u);
  wire->sent.clear();
  take_back("2");
  advance(std::chrono::milliseconds(50));
  EXPECT_THAT(sent(), ElementsAre("tools/call")) << "nothing is left to wait for";
  EXPECT_TRUE(connection->unheard());
}

TEST_F(Roots, AreNotWaitedForWhenTheUpstreamDoesNotAnswer) {
  open(false);
  auto const done = hear_out();
  EXPECT_FALSE(*done);
  advance(std::chrono::seconds(1));
  EXPECT_TRUE(*done);
}

TEST_F(Roots, ThatChangedAreToldToUpstreamsThatWereToldTheyWould) {
  open(false);
  connection->roots_changed();
  EXPECT_THAT(sent(), ElementsAre(changed_roots));
  EXPECT_TRUE(connection->unheard());
  options.capabilities.roots_list_changed = false;
  open(false);
  connection->roots_changed();
  open(true);
  connection->roots_changed();
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(Roots, NobodyMayAskForAreRefusedAtOnce) {
  options.capabilities = {};
  open(false);
  ask("1");
  EXPECT_THAT(sent(), ElementsAre(HasSubstr(R"("id":1,"error":{"code":-32601)")));
  EXPECT_FALSE(connection->unheard());
}

TEST_F(Roots, BeyondTheBoundAreRefused) {
  open(false);
  for (std::size_t i = 0; i < Exchange::max_questions; ++i) ask(std::to_string(i));
  EXPECT_THAT(sent(), IsEmpty());
  ask("99");
  EXPECT_THAT(sent(), ElementsAre(HasSubstr(R"("id":99,"error":{"code":-32603)")));
}

TEST_F(Roots, AreNotKeptWhileACallMayWaitForThem) {
  open(false);
  auto const first = watch(call()), second = watch(call());
  ask("1");
  EXPECT_THAT(sent().back(), HasSubstr(R"("id":1,"error":)"));
  auto const rich = watch(call_with_roots());
  ask("2");
  EXPECT_THAT(*rich, SizeIs(1)) << "whoever has some answers";
}

}  // namespace
}  // namespace rampart::upstream
