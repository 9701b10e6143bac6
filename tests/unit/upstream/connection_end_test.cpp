// Cancelling, losing the link, and a connection that is destroyed in the middle of something.
#include "fake_link.hpp"

namespace rampart::upstream {
namespace {
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Endings : ConnectionTest {
  static constexpr auto cancel_text = R"({"jsonrpc":"2.0","method":"notifications/cancelled",)"
                                      R"("params":{"requestId":2,"reason":"the caller left"}})";
};

TEST_F(Endings, ACancelIsToldInTheWayOfEraAndTransport) {
  struct Row {
    bool modern, http, notified;
  };
  for (auto const row : {Row{false, false, true}, Row{true, false, true}, Row{false, true, true},
                         Row{true, true, false}}) {
    http = row.http;
    open(row.modern);
    auto const exchange = call();
    auto const events = watch(exchange);
    wire->sent.clear();
    exchange->cancel("the caller left");
    EXPECT_EQ(connection->in_flight(), 0u);
    EXPECT_THAT(wire->abandoned, ElementsAre(2));
    ASSERT_THAT(wire->sent, SizeIs(row.notified ? 1 : 0)) << row.modern << row.http;
    EXPECT_EQ(row.notified ? wire->sent[0].json : cancel_text, cancel_text);
    settle();
    ASSERT_THAT(*events, SizeIs(1));
    EXPECT_EQ(events->front().failure.code, Errc::cancelled);
    // Late answers, and cancelling again.
    noise.clear();
    result(2, "{}");
    EXPECT_THAT(*events, SizeIs(1));
    EXPECT_THAT(noise, SizeIs(1));
    exchange->cancel("again");
    EXPECT_THAT(wire->abandoned, SizeIs(1));
  }
}

TEST_F(Endings, CancellingTheWaitLeavesTheRequestInFlight) {
  open(false);
  auto const exchange = call();
  auto events = std::make_shared<std::vector<Event>>();
  auto signal = std::make_shared<boost::asio::cancellation_signal>();
  async::spawn(loop, tasks, "collect", collect(exchange, events), signal.get(), [signal] {});
  settle();
  signal->emit(boost::asio::cancellation_type::terminal);
  settle();
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().kind, Event::Kind::broken);
  EXPECT_EQ(events->front().failure.code, Errc::cancelled);
  EXPECT_FALSE(exchange->ended());
  EXPECT_THAT(wire->sent, SizeIs(1)) << "the upstream heard nothing";
  auto const again = watch(exchange);
  EXPECT_THAT(*again, IsEmpty());
  result(2, "{}");
  ASSERT_THAT(*again, SizeIs(1));
  EXPECT_EQ(again->front().kind, Event::Kind::result);
}

TEST_F(Endings, AnAnswerThatMeetsACancelOfTheWaitIsNotLost) {
  open(false);
  auto const exchange = call();
  auto events = std::make_shared<std::vector<Event>>();
  auto signal = std::make_shared<boost::asio::cancellation_signal>();
  async::spawn(loop, tasks, "collect", collect(exchange, events), signal.get(), [signal] {});
  settle();
  loop.post([&] {
    signal->emit(boost::asio::cancellation_type::terminal);
    wire->events->on_message(Arrival{R"({"jsonrpc":"2.0","id":2,"result":{}})"});
  });
  settle();
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().kind, Event::Kind::result);
}

TEST_F(Endings, ABrokenStreamEndsItsRequestAlone) {
  http = true;
  open(true);
  auto const first = watch(call()), second = watch(call());
  loop.post([&] {
    wire->events->on_broken(2, Broken{Error(Errc::unavailable, "reset"), false, 0});
    wire->events->on_broken(99, Broken{Error(Errc::unavailable, "reset")});
  });
  settle();
  ASSERT_THAT(*first, SizeIs(1));
  EXPECT_EQ(first->front().kind, Event::Kind::broken);
  EXPECT_FALSE(first->front().sent);
  EXPECT_EQ(first->front().failure.message, "reset");
  EXPECT_THAT(*second, IsEmpty());
  broken(3, Error(Errc::unavailable, "no"), 503);
  ASSERT_THAT(*second, SizeIs(1));
  EXPECT_TRUE(second->front().sent);
  EXPECT_EQ(second->front().http_status, 503);
}

TEST_F(Endings, WhenTheLinkClosesAllRequestsAreBrokenAndThenTheOwnerHears) {
  open(false);
  auto const first = watch(call()), second = watch(call());
  on_closed = [&] {
    EXPECT_THAT(*first, SizeIs(1));
    EXPECT_THAT(*second, SizeIs(1));
  };
  loop.post([&] {
    wire->events->on_broken(3, Broken{Error(Errc::unavailable, "not written"), false});
    wire->events->on_closed(Error(Errc::unavailable, "killed"));
    wire->events->on_closed(Error(Errc::unavailable, "twice"));
    wire->events->on_message(Arrival{R"({"jsonrpc":"2.0","id":2,"result":{}})"});
  });
  settle();
  ASSERT_THAT(closed, SizeIs(1));
  EXPECT_EQ(closed[0].message, "killed");
  EXPECT_EQ(first->front().kind, Event::Kind::broken);
  EXPECT_TRUE(first->front().sent);
  EXPECT_EQ(first->front().failure.message, "killed");
  EXPECT_FALSE(second->front().sent);
  EXPECT_TRUE(connection->closed());
  EXPECT_EQ(connection->in_flight(), 0u);
}

TEST_F(Endings, APoliteCloseLetsAnswersArriveUntilTheLinkIsOver) {
  open(false);
  auto const events = watch(call());
  connection->close();
  EXPECT_FALSE(connection->closed());
  result(2, "{}");
  EXPECT_EQ(events->back().kind, Event::Kind::result);
  close_link("exited");
  EXPECT_THAT(closed, SizeIs(1));
}

TEST_F(Endings, ALinkThatBreaksWhileSendingIsHeardByTheRequestBeingSent) {
  open(false);
  wire->on_send = [&](Outgoing const&) {
    wire->events->on_closed(Error(Errc::unavailable, "broken pipe"));
  };
  auto const exchange = call();
  EXPECT_TRUE(exchange->ended());
  EXPECT_THAT(closed, IsEmpty()) << "the owner is not called while it calls";
  EXPECT_EQ(watch(exchange)->front().failure.message, "broken pipe");
  EXPECT_THAT(closed, SizeIs(1));

  open(false);
  auto const cancelled = call();
  wire->on_send = [&](Outgoing const&) {
    wire->events->on_closed(Error(Errc::unavailable, "broken pipe"));
  };
  cancelled->cancel("the caller left");
  EXPECT_EQ(watch(cancelled)->front().failure.message, "broken pipe");
}

TEST_F(Endings, DestroyingTheConnectionBreaksWhatWaitsAndCallsNobody) {
  open(false);
  auto const exchange = call();
  auto const events = watch(exchange);
  connection.reset();
  EXPECT_FALSE(wire->alive);
  EXPECT_TRUE(exchange->ended());
  exchange->cancel("late");
  exchange->answer("1", "{}", false);
  settle();
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().failure.code, Errc::unavailable);
  EXPECT_THAT(closed, IsEmpty());
}

Task<void> destroy_after(std::shared_ptr<Exchange> exchange,
                         std::unique_ptr<Connection>& connection) {
  Event const event = co_await exchange->next();
  connection.reset();
}

TEST_F(Endings, AnAnswersWaiterMayDestroyTheConnectionWhileTheLinkHasMoreToSay) {
  open(false);
  auto const other = call();
  async::spawn(loop, tasks, "destroyer", destroy_after(call(), connection));
  settle();
  loop.post([&] {
    auto& link_events = *wire->events;
    link_events.on_message(Arrival{R"({"jsonrpc":"2.0","id":3,"result":{}})"});
    EXPECT_FALSE(connection);
    EXPECT_TRUE(wire->alive) << "it is on the stack";
    link_events.on_message(Arrival{R"({"jsonrpc":"2.0","id":2,"result":{}})"});
    link_events.on_broken(2, Broken{Error(Errc::unavailable, "x")});
    link_events.on_closed(Error(Errc::unavailable, "x"));
  });
  settle();
  EXPECT_FALSE(wire->alive);
  EXPECT_EQ(watch(other)->front().kind, Event::Kind::broken);
  EXPECT_THAT(closed, IsEmpty());
}

TEST_F(Endings, TheHookOfTheEndMayDestroyTheConnection) {
  open(false);
  auto const events = watch(call());
  on_closed = [&] { connection.reset(); };
  close_link("exited");
  EXPECT_FALSE(connection);
  EXPECT_FALSE(wire->alive);
  EXPECT_THAT(*events, SizeIs(1));
}

TEST_F(Endings, AnEndThatMeetsTheDestructionOfTheConnectionIsNotReported) {
  open(false);
  loop.post([&] {
    wire->events->on_closed(Error(Errc::unavailable, "exited"));
    connection.reset();
  });
  settle();
  EXPECT_THAT(closed, IsEmpty());
}

}  // namespace
}  // namespace rampart::upstream
