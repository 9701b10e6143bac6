// The life of a call: it ends exactly once, whatever the handler, the client or the clock do.
#include "server/call.hpp"

#include <gmock/gmock.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>

#include "harness.hpp"

namespace rampart::server {
namespace {

using std::chrono::seconds;

/// Waits until somebody cancels it.
Task<void> sleep_for_ever() {
  auto const executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor, boost::asio::steady_timer::time_point::max());
  boost::system::error_code ignored;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
}

class CallTest : public ::testing::Test {
 protected:
  CallTest() {
    host.server.tool("wait", "Waits on a worker", [this](Context& context) {
      started = true;
      while (!context.stop_token().stop_requested()) std::this_thread::yield();
      stopped = true;
      return std::string("too late");
    });
    host.server.tool("sleep", "Waits as a coroutine", [this](Context context) -> Task<std::string> {
      started = true;
      co_await sleep_for_ever();
      stopped = context.stop_token().stop_requested();
      co_return std::string("too late");
    });
    // Two awaits: a cancellation between them must not be lost.
    host.server.tool("stubborn", "Sleeps twice", [this](Context) -> Task<std::string> {
      co_await sleep_for_ever();
      co_await sleep_for_ever();
      stopped = true;
      co_return std::string("too late");
    });
  }
  /// Until the handler has noticed.
  void settle() {
    host.engine().run_until([this] { return stopped.load(); });
  }
  Harness host;
  std::atomic<bool> started = false, stopped = false;
};

TEST_F(CallTest, ADeadlineAnswersTheCallerAndStopsTheHandler) {
  for (std::string tool : {"wait", "sleep"}) {
    started = stopped = false;
    auto const call = host.call(tool);
    host.engine().run_until([this] { return started.load(); });
    host.advance(seconds(60) - std::chrono::nanoseconds(1));
    EXPECT_FALSE(call.ended()) << tool;
    host.advance(std::chrono::nanoseconds(1));
    ASSERT_TRUE(call.ended()) << tool;
    EXPECT_EQ(call.reply().code, 504);
    EXPECT_EQ(call.reply().error, Errc::deadline);
    EXPECT_NE(call.reply().json.find("time limit of 60 s"), std::string::npos) << call.reply().json;
    settle();
  }
  EXPECT_EQ(host.engine().dispatcher.abandoned, 1u) << "the worker went on, the coroutine did not";
}

TEST_F(CallTest, CancellationGetsNoAnswerAndStopsTheHandler) {
  for (std::string tool : {"wait", "sleep", "stubborn"}) {
    stopped = false;
    auto const call = host.call(tool);
    call.call->cancel(CancelReason::disconnect);
    ASSERT_TRUE(call.ended()) << tool;
    EXPECT_EQ(call.reply().json, "") << tool;
    EXPECT_EQ(call.reply().status, protocol::Status::cancelled);
    settle();
  }
  EXPECT_EQ(host.engine().dispatcher.running(), 0u);
}

TEST_F(CallTest, ACallEndsOnce) {
  auto const call = host.call("wait");
  call.call->cancel(CancelReason::notification);
  call.call->cancel(CancelReason::deadline);
  settle();
  host.engine().poll();
  EXPECT_EQ(call.reply().json, "");
}

TEST_F(CallTest, ARunningCallIsCountedUntilItEnds) {
  EXPECT_EQ(host.engine().dispatcher.running(), 0u);
  auto const call = host.call("sleep");
  EXPECT_EQ(host.engine().dispatcher.running(), 1u);
  host.engine().dispatcher.cancel_all(CancelReason::drain);
  host.finish(call);
  EXPECT_EQ(host.engine().dispatcher.running(), 0u);
  settle();
}

TEST_F(CallTest, ANotificationCancelsALegacyCallByItsIdOnly) {
  auto const session = host.session();
  auto const call = host.start(
      session, R"({"jsonrpc":"2.0","id":"7","method":"tools/call","params":{"name":"sleep"}})");
  auto cancel = [&](std::string id) {
    auto const document = json::Document::parse_copy(
        R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + id +
        "}}");
    host.engine().dispatcher.notification(session, *protocol::read_envelope(document->root()));
    host.engine().poll();
  };
  cancel("7");
  EXPECT_FALSE(call.ended()) << "7 is not \"7\"";
  cancel(R"("7")");
  EXPECT_TRUE(call.ended());
  cancel(R"("7")");
  settle();
}

TEST_F(CallTest, AnIdThatIsStillRunningIsRefused) {
  auto const session = host.session();
  std::string const text =
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sleep"}})";
  auto const first = host.start(session, text);
  auto const second = host.start(session, text);
  ASSERT_TRUE(second.ended());
  EXPECT_EQ(second.reply().code, -32600);
  EXPECT_FALSE(first.ended());
  first.call->cancel(CancelReason::session_ended);
  auto const third = host.start(session, text);
  EXPECT_FALSE(third.ended()) << "the id is free again";
  third.call->cancel(CancelReason::session_ended);
}

TEST_F(CallTest, ARefusedTwinDoesNotFreeTheIdOfTheFirst) {
  auto const session = host.session();
  std::string const text =
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sleep"}})";
  auto const first = host.start(session, text);
  host.start(session, text);
  EXPECT_EQ(session->running(protocol::RequestId(1)), first.call);
  first.call->cancel(CancelReason::session_ended);
}

struct Form {
  std::string name;
  static constexpr auto fields = rampart::fields(rampart::required<&Form::name>("Who"));
};

TEST_F(CallTest, ALegacyClientHearsWhichQuestionsNobodyWaitsForAnyMore) {
  host.server.tool("ask", "Asks twice", [](Context& context) -> Result<std::string> {
    auto const a = context.elicit<Form>("a", "A?");
    auto const b = context.elicit<Form>("b", "B?");
    if (!a) return Failure(a.error());
    if (!b) return Failure(b.error());
    return std::string("done");
  });
  auto const session = host.session();
  auto const call = host.start(
      session, R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask"}})");
  std::vector<std::string> asked;
  host.engine().run_until([&] {
    for (auto& message : call.inbox->take_messages()) asked.push_back(std::move(message));
    return asked.size() == 2;
  });
  auto const answer = json::Document::parse_copy(
      R"({"jsonrpc":"2.0","id":1,"result":{"action":"accept","content":{"name":"Ann"}}})");
  EXPECT_TRUE(
      host.engine().dispatcher.response(*session, *protocol::read_envelope(answer->root())));
  host.engine().poll();
  host.advance(std::chrono::seconds(600));
  ASSERT_TRUE(call.ended());
  EXPECT_EQ(call.reply().error, Errc::deadline);
  EXPECT_THAT(
      call.inbox->take_messages(),
      ::testing::ElementsAre(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":)"
                             R"({"requestId":2,"reason":"the call passed its time limit"}})"));
}

TEST_F(CallTest, AClientThatSaysItsRootsChangedIsNamed) {
  auto const session = host.session();
  std::vector<std::string> who;
  host.engine().dispatcher.on_roots_changed = [&](Session const& one) { who.push_back(one.id); };
  auto say = [&](std::string const& method) {
    auto const document =
        json::Document::parse_copy(R"({"jsonrpc":"2.0","method":")" + method + R"("})");
    auto const envelope = protocol::read_envelope(document->root());
    host.engine().dispatcher.notification(session, *envelope);
    host.engine().dispatcher.notification(nullptr, *envelope);
  };
  say("notifications/initialized");
  EXPECT_THAT(who, ::testing::IsEmpty());
  say("notifications/roots/list_changed");
  EXPECT_THAT(who, ::testing::ElementsAre(session->id));
}

struct Oops {};

TEST_F(CallTest, WhatAHandlerThrowsIsAnErrorInEveryKindOfHandler) {
  host.server.tool("plain", "Throws", []() -> std::string { throw std::runtime_error("secret"); });
  host.server.tool("quick", "Throws", []() -> std::string { throw std::runtime_error("secret"); })
      .quick();
  host.server.tool("task", "Throws", [](Context) -> Task<std::string> {
    throw std::runtime_error("secret");
    co_return std::string();
  });
  host.server.tool("odd", "Throws", []() -> std::string { throw Oops(); });
  for (std::string tool : {"plain", "quick", "task", "odd"}) {
    auto const reply = host.reply(host.call(tool));
    EXPECT_EQ(reply.code(), -32603) << tool;
    EXPECT_NE(reply.message().find("internal error"), std::string::npos);
  }
  EXPECT_EQ(host.engine().dispatcher.running(), 0u);
}

TEST_F(CallTest, WhatIsThrownReachesThePeerOnlyInDevelopment) {
  host.server.tool("throws", "Throws", []() -> std::string { throw std::runtime_error("secret"); })
      .quick();
  auto& engine = host.engine();
  std::string reported;
  auto report = [&](Call const& call, std::exception_ptr thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (std::exception const& e) {
      reported = call.name + ": " + e.what();
    }
  };
  Pipeline none;
  Dispatcher production(Services{host.server.registry(), engine.sessions, engine.subscriptions,
                                 engine.workers, engine.sealer, engine.cache, none, report},
                        {});
  std::string text = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"throws"}})";
  auto const document = json::Document::parse(text);
  auto const inbox = std::make_shared<testing::Inbox>();
  Incoming in;
  in.loop = &engine.loop;
  in.channel = inbox;
  production.start(std::move(in), *protocol::read_envelope(document->root()));
  EXPECT_EQ(reported, "throws: secret");
  EXPECT_NE(inbox->ended()->json.find(R"("message":"internal error"})"), std::string::npos);
}

TEST_F(CallTest, WhenAllWorkersAreBusyAndTheQueueIsFullTheCallIsRefused) {
  auto& engine = host.engine();
  async::WorkerPool one(1, 1);
  Pipeline none;
  Dispatcher busy(Services{host.server.registry(),
                           engine.sessions,
                           engine.subscriptions,
                           one,
                           engine.sealer,
                           engine.cache,
                           none,
                           {}},
                  {});
  std::vector<std::shared_ptr<testing::Inbox>> inboxes;
  std::vector<std::shared_ptr<Call>> calls;
  for (int i = 0; i < 3; ++i) {
    std::string text = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wait"}})";
    auto const document = json::Document::parse(text);
    inboxes.push_back(std::make_shared<testing::Inbox>());
    Incoming in;
    in.loop = &engine.loop;
    in.channel = inboxes.back();
    calls.push_back(busy.start(std::move(in), *protocol::read_envelope(document->root())));
  }
  EXPECT_FALSE(inboxes[0]->ended());
  EXPECT_FALSE(inboxes[1]->ended());
  ASSERT_TRUE(inboxes[2]->ended());
  EXPECT_EQ(inboxes[2]->ended()->http_status, 503);
  EXPECT_EQ(inboxes[2]->ended()->code, 503);
  EXPECT_EQ(inboxes[2]->ended()->retry_after, seconds(1));
  for (auto const& call : calls) call->cancel(CancelReason::drain);
  one.join();
  engine.poll();
}

TEST_F(CallTest, QuickHandlersAndCoroutinesRunOnTheLoopAndPlainOnesDoNot) {
  std::atomic<bool> plain = true, quick = false, task = false;
  auto const home = std::this_thread::get_id();
  host.server.tool("plain", "p",
                   [&] { return plain = std::this_thread::get_id() == home, std::string(); });
  host.server
      .tool("quick", "q", [&] { return quick = std::this_thread::get_id() == home, std::string(); })
      .quick();
  host.server.tool("task", "t", [&](Context) -> Task<std::string> {
    task = std::this_thread::get_id() == home;
    co_return std::string();
  });
  for (std::string tool : {"plain", "quick", "task"}) host.reply(host.call(tool));
  EXPECT_FALSE(plain);
  EXPECT_TRUE(quick);
  EXPECT_TRUE(task);
}

TEST_F(CallTest, ALegacyQuestionWithoutAnswerEndsAtItsOwnDeadline) {
  host.server.tool("ask", "Asks", [](Context& context) -> Result<std::string> {
    auto const said = context.sample("s", SampleRequest("Say"));
    if (!said) return Failure(said.error());
    return said->text;
  });
  auto const session = host.session();
  auto const call = host.start(
      session, R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask"}})");
  std::vector<std::string> sent;
  host.engine().run_until([&] { return sent = call.inbox->take_messages(), !sent.empty(); });
  EXPECT_NE(sent[0].find(R"("method":"sampling/createMessage")"), std::string::npos);
  host.advance(seconds(599));
  EXPECT_FALSE(call.ended());
  host.advance(seconds(1));
  ASSERT_TRUE(call.ended());
  EXPECT_EQ(call.reply().error, Errc::deadline);
  auto const document = json::Document::parse_copy(R"({"jsonrpc":"2.0","id":1,"result":{}})");
  EXPECT_FALSE(
      host.engine().dispatcher.response(*session, *protocol::read_envelope(document->root())))
      << "nobody waits for the answer any more";
}

TEST_F(CallTest, AnotherSessionCannotAnswer) {
  host.server
      .tool("ask", "Asks",
            [](Context& context) -> Result<std::string> {
              auto const said = context.sample("s", SampleRequest("Say"));
              if (!said) return Failure(said.error());
              return said->text;
            })
      .quick();
  auto const mine = host.session(), other = host.session();
  auto const call =
      host.start(mine, R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask"}})");
  auto const document = json::Document::parse_copy(
      R"({"jsonrpc":"2.0","id":1,"result":{"role":"assistant","model":"m","content":{"type":"text","text":"hi"}}})");
  auto const envelope = *protocol::read_envelope(document->root());
  EXPECT_FALSE(host.engine().dispatcher.response(*other, envelope));
  EXPECT_TRUE(host.engine().dispatcher.response(*mine, envelope));
  EXPECT_EQ(host.reply(call).text(), "hi");
}

}  // namespace
}  // namespace rampart::server
