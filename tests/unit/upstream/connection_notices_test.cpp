// Progress, log messages and changes: whom they reach.
#include "fake_link.hpp"

namespace rampart::upstream {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Notices : ConnectionTest {
  void progress(std::string token, std::string members) {
    arrive(R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":)" +
           token + "," + members + "}}");
  }
  void log(std::string level, std::int64_t stream = 0) {
    arrive(R"({"jsonrpc":"2.0","method":"notifications/message","params":{"level":")" + level +
               R"(","data":1}})",
           stream);
  }
  std::shared_ptr<Exchange> progressing() {
    return connection->request(Request{.method = "tools/call", .wants_progress = true});
  }
  std::shared_ptr<Exchange> logging(LogLevel level) {
    return connection->request(Request{.method = "tools/call", .log_level = level});
  }
};

TEST_F(Notices, OfAStreamThatEndedEarlyReachesItsRequest) {
  http = true;
  open(false);
  auto const first = watch(call()), second = watch(call());
  loop.post([this] { wire->events->on_released(3); });
  loop.post([this] { wire->events->on_released(99); });
  settle();
  EXPECT_THAT(*first, IsEmpty());
  ASSERT_THAT(*second, SizeIs(1));
  EXPECT_EQ(second->front().kind, Event::Kind::released);
  result(3, "{}");
  EXPECT_THAT(*second, SizeIs(2)) << "the request goes on";
}

TEST_F(Notices, ProgressReachesTheRequestWhoseTokenItCarries) {
  open(false);
  auto const first = watch(progressing()), second = watch(progressing());
  progress("3", R"("progress":0.5,"total":2,"message":"half")");
  EXPECT_THAT(*first, IsEmpty());
  ASSERT_THAT(*second, SizeIs(1));
  EXPECT_EQ(second->front().kind, Event::Kind::progress);
  EXPECT_EQ(second->front().json,
            R"({"progressToken":3,"progress":0.5,"total":2,"message":"half"})");
  EXPECT_TRUE(noise.empty());
}

TEST_F(Notices, ProgressWithoutItsNumbersOrNotAskedForIsDropped) {
  open(false);
  auto const asked = watch(progressing()), silent = watch(call());
  for (std::string bad : {R"("progress":"1")", R"("total":1)", R"("progress":1,"total":null)",
                          R"("progress":1,"progress":2)"})
    progress("2", bad);
  progress("\"2\"", R"("progress":1)");
  EXPECT_THAT(noise, SizeIs(5));
  progress("3", R"("progress":1)");
  progress("77", R"("progress":1)");
  EXPECT_THAT(*asked, IsEmpty());
  EXPECT_THAT(*silent, IsEmpty());
}

TEST_F(Notices, LogMessagesReachTheOnlyRequestThereIs) {
  open(false);
  auto const wants = watch(logging(LogLevel::info));
  log("warning");
  log("debug");  // less than it wants
  ASSERT_THAT(*wants, SizeIs(1));
  EXPECT_EQ(wants->front().kind, Event::Kind::log);
  EXPECT_EQ(wants->front().json, R"({"level":"warning","data":1})");
  auto const silent = watch(call());
  log("error");  // perhaps the other's, with its client's data
  EXPECT_THAT(*wants, SizeIs(1));
  EXPECT_THAT(*silent, IsEmpty());
}

TEST_F(Notices, LogMessagesOnARequestsStreamAreItsOwn) {
  http = true;
  open(true);
  auto const first = watch(logging(LogLevel::debug)), second = watch(logging(LogLevel::debug));
  auto const silent = watch(call());
  log("info", 3);
  log("info", 4);
  log("info", 99);
  EXPECT_THAT(*first, IsEmpty());
  EXPECT_THAT(*second, SizeIs(1));
  EXPECT_THAT(*silent, IsEmpty());
}

TEST_F(Notices, NoticesThatNobodyFetchesAreBoundedAndTheAnswerIsNot) {
  open(false);
  auto const many = progressing(), big = progressing();
  for (std::size_t i = 0; i < Exchange::max_waiting_notices + 50; ++i)
    progress("2", R"("progress":)" + std::to_string(i));
  std::string const message(Exchange::max_waiting_notice_bytes / 4, 'x');
  for (int i = 0; i < 6; ++i) progress("3", R"("progress":1,"message":")" + message + '"');
  result(2, "{}");
  result(3, "{}");
  auto const few = watch(many);
  EXPECT_THAT(*few, SizeIs(Exchange::max_waiting_notices + 1));
  EXPECT_EQ(few->back().kind, Event::Kind::result);
  EXPECT_THAT((*few)[0].json, HasSubstr(R"("progress":0)"));
  EXPECT_THAT(*watch(big), SizeIs(3 + 1));
}

TEST_F(Notices, FetchingMakesRoomForMore) {
  open(false);
  auto const events = watch(progressing());
  for (std::size_t i = 0; i < 3 * Exchange::max_waiting_notices; ++i)
    progress("2", R"("progress":1)");
  EXPECT_THAT(*events, SizeIs(3 * Exchange::max_waiting_notices));
}

TEST_F(Notices, WhatArrivesForARequestIsItsActivity) {
  open(false);
  auto const exchange = progressing();
  auto const sent = exchange->last_activity();
  EXPECT_EQ(sent, clock.now());
  advance(std::chrono::seconds(3));
  arrive(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})");
  EXPECT_EQ(exchange->last_activity(), sent);
  EXPECT_EQ(connection->last_activity(), clock.now());
  progress("2", R"("progress":1)");
  EXPECT_EQ(exchange->last_activity(), clock.now());
}

TEST_F(Notices, ChangesOfALegacyUpstreamReachTheHooks) {
  open(false);
  for (std::string kind : {"tools", "prompts", "resources"})
    arrive(R"({"jsonrpc":"2.0","method":"notifications/)" + kind + R"(/list_changed"})");
  arrive(
      R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a:\/b"}})");
  EXPECT_THAT(changed,
              ElementsAre("notifications/tools/list_changed", "notifications/prompts/list_changed",
                          "notifications/resources/list_changed"));
  EXPECT_THAT(updated, ElementsAre("a:/b"));
  EXPECT_TRUE(noise.empty());
  arrive(R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{}})");
  EXPECT_THAT(noise, SizeIs(1));
}

TEST_F(Notices, NotificationsOfNoConcernAreIgnored) {
  open(false);
  for (std::string method : {"notifications/elicitation/complete", "notifications/x", "x"})
    arrive(R"({"jsonrpc":"2.0","method":")" + method + R"(","params":{"a":1}})");
  EXPECT_TRUE(noise.empty());
  EXPECT_TRUE(wire->sent.empty());
}

struct Subscriptions : Notices {
  static std::string tagged(std::string method, std::string id, std::string members) {
    return R"({"jsonrpc":"2.0","method":"notifications/)" + method + R"(","params":{)" + members +
           R"(,"_meta":{"io.modelcontextprotocol/subscriptionId":)" + id + "}}}";
  }
};

TEST_F(Subscriptions, AskForWhatIsWantedAndStayOpen) {
  open(true);
  connection->listen(true, false, true, {"a:/1", "b\"2"});
  ASSERT_THAT(wire->sent, SizeIs(1));
  EXPECT_EQ(wire->sent[0].method, "subscriptions/listen");
  EXPECT_THAT(wire->sent[0].json,
              HasSubstr(R"("params":{"notifications":{"toolsListChanged":true,)"
                        R"("resourcesListChanged":true,"resourceSubscriptions":["a:/1","b\"2"]},)"
                        R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28")"));
  EXPECT_EQ(connection->in_flight(), 0u) << "it is open for as long as the connection";
}

TEST_F(Subscriptions, AreAcknowledgedThenReportToTheHooksAndEndWithAResult) {
  open(true);
  auto const events = watch(connection->listen(true, true, true, {"a:/1"}));
  arrive(tagged("subscriptions/acknowledged", "2", R"("notifications":{"toolsListChanged":true})"));
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().kind, Event::Kind::acknowledged);
  EXPECT_FALSE(events->front().final());
  EXPECT_THAT(events->front().json, HasSubstr(R"("toolsListChanged":true)"));
  arrive(tagged("tools/list_changed", "2", R"("x":1)"));
  arrive(tagged("resources/updated", "2", R"("uri":"a:/1")"));
  EXPECT_THAT(changed, ElementsAre("notifications/tools/list_changed"));
  EXPECT_THAT(updated, ElementsAre("a:/1"));
  EXPECT_TRUE(noise.empty());
  result(2, R"({"resultType":"complete"})");
  ASSERT_THAT(*events, SizeIs(2));
  EXPECT_EQ(events->back().kind, Event::Kind::result);
}

TEST_F(Subscriptions, ThatAreNotOpenReportNothing) {
  open(true);
  auto const exchange = watch(call());
  for (std::string id : {"2", "9", "\"2\""}) {
    arrive(tagged("tools/list_changed", id, R"("x":1)"));
    arrive(tagged("resources/updated", id, R"("uri":"a:/1")"));
    arrive(tagged("subscriptions/acknowledged", id, R"("notifications":{})"));
  }
  EXPECT_THAT(noise, SizeIs(9));
  EXPECT_THAT(changed, IsEmpty());
  EXPECT_THAT(updated, IsEmpty());
  EXPECT_THAT(*exchange, IsEmpty());
}

TEST_F(Subscriptions, AreEndedByTheUpstreamsNotificationToo) {
  open(true);
  auto const request = watch(call());
  auto const events = watch(connection->listen(true, false, false, {}));
  for (std::string id : {"2", "3"})
    arrive(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + id +
           "}}");
  EXPECT_THAT(*request, IsEmpty()) << "a server cancels nothing but subscriptions";
  ASSERT_THAT(*events, SizeIs(1));
  EXPECT_EQ(events->front().kind, Event::Kind::broken);
}

}  // namespace
}  // namespace rampart::upstream
