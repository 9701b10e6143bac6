// Change notifications: subscriptions/listen and legacy sessions.
#include "server/subscriptions.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "harness.hpp"

namespace rampart::server {
namespace {

class SubscriptionsTest : public ::testing::Test {
 protected:
  SubscriptionsTest() {
    host.server.tool("one", "A tool", [] { return std::string("1"); });
    host.server.resource("a://1", "one", [] { return std::string("1"); });
    host.server.prompt("ask", "A prompt", [] { return std::string("?"); });
  }
  Harness::Running listen(std::string const& filter) {
    return host.start("subscriptions/listen", R"("notifications":{)" + filter + "}");
  }
  Harness host;
};

TEST_F(SubscriptionsTest, TheAcknowledgementComesFirstAndEverythingNamesTheSubscription) {
  auto const one = listen(R"("toolsListChanged":true)");
  host.server.tools_changed();
  auto const messages = one.inbox->take_messages();
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(
      messages[0],
      R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":)"
      R"({"io.modelcontextprotocol/subscriptionId":1},"notifications":{"toolsListChanged":true}}})");
  EXPECT_EQ(messages[1],
            R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":)"
            R"({"io.modelcontextprotocol/subscriptionId":1}}})");
  EXPECT_FALSE(one.ended()) << "it stays open";
}

TEST_F(SubscriptionsTest, OnlyWhatWasAskedForIsSent) {
  auto const one = listen(R"("promptsListChanged":true,"resourceSubscriptions":["a://1"])");
  one.inbox->take_messages();
  host.server.tools_changed();
  host.server.resources_changed();
  host.server.resource_updated("a://2");
  EXPECT_TRUE(one.inbox->take_messages().empty());
  host.server.prompts_changed();
  host.server.resource_updated("a://1");
  EXPECT_EQ(one.inbox->take_messages().size(), 2u);
}

TEST_F(SubscriptionsTest, AddingAndRemovingTellsByItself) {
  auto const one = listen(R"("toolsListChanged":true)");
  one.inbox->take_messages();
  host.server.tool("two", "Another", [] { return std::string("2"); });
  EXPECT_EQ(one.inbox->take_messages().size(), 1u);
  EXPECT_TRUE(host.server.remove_tool("two"));
  EXPECT_EQ(one.inbox->take_messages().size(), 1u);
  EXPECT_FALSE(host.server.remove_tool("two"));
  EXPECT_TRUE(one.inbox->take_messages().empty());
}

TEST_F(SubscriptionsTest, SoDoPromptsAndResources) {
  auto const one = listen(R"("promptsListChanged":true,"resourcesListChanged":true)");
  one.inbox->take_messages();
  auto const heard = [&](std::string_view kind) {
    auto const messages = one.inbox->take_messages();
    return messages.size() == 1 && messages[0].find("notifications/" + std::string(kind) +
                                                    "/list_changed") != std::string::npos;
  };
  host.server.prompt("two", "Another", [] { return std::string("?"); });
  EXPECT_TRUE(heard("prompts"));
  EXPECT_TRUE(host.server.remove_prompt("two"));
  EXPECT_TRUE(heard("prompts"));
  EXPECT_FALSE(host.server.remove_prompt("two"));
  host.server.resource("a://2", "two", [] { return std::string("2"); });
  EXPECT_TRUE(heard("resources"));
  host.server.resource_template("b://{x}", "b", [](Variables const&) { return std::string(); });
  EXPECT_TRUE(heard("resources"));
  for (auto const* uri : {"a://2", "b://{x}"}) {
    EXPECT_TRUE(host.server.remove_resource(uri));
    EXPECT_TRUE(heard("resources"));
    EXPECT_FALSE(host.server.remove_resource(uri));
  }
  EXPECT_TRUE(one.inbox->take_messages().empty());
}

TEST_F(SubscriptionsTest, WhatTheServerDoesNotOfferIsNotGranted) {
  Harness bare;
  auto const one =
      bare.start("subscriptions/listen",
                 R"("notifications":{"toolsListChanged":true,"promptsListChanged":true,)"
                 R"("resourceSubscriptions":["a://1"]})");
  EXPECT_NE(one.inbox->take_messages().at(0).find(R"("notifications":{"toolsListChanged":true}})"),
            std::string::npos);
}

TEST_F(SubscriptionsTest, ABadFilterIsRefused) {
  for (std::string filter : {R"("toolsListChanged":1)", R"("resourceSubscriptions":"a")",
                             R"("resourceSubscriptions":[1])"})
    EXPECT_EQ(host.reply(listen(filter)).code(), -32602) << filter;
  EXPECT_EQ(host.reply(host.start("subscriptions/listen")).code(), -32602);
  EXPECT_EQ(host.engine().subscriptions.size(), 0u);
}

TEST_F(SubscriptionsTest, TheBoundIsReachedAtItsValue) {
  Sessions sessions({});
  Subscriptions subscriptions(sessions, 2);
  auto const channel = std::make_shared<testing::Inbox>();
  auto const first = subscriptions.add({}, protocol::RequestId(1), channel, "ack");
  EXPECT_TRUE(first);
  EXPECT_TRUE(subscriptions.add({}, protocol::RequestId(2), channel, "ack"));
  auto const third = subscriptions.add({}, protocol::RequestId(3), channel, "ack");
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Errc::overloaded);
  EXPECT_EQ(channel->take_messages().size(), 2u) << "who is refused is not acknowledged";
  subscriptions.remove(*first);
  EXPECT_TRUE(subscriptions.add({}, protocol::RequestId(3), channel, "ack"));
}

TEST_F(SubscriptionsTest, CancellingEndsASubscriptionWithoutAReply) {
  auto const one = listen(R"("toolsListChanged":true)");
  EXPECT_EQ(host.engine().subscriptions.size(), 1u);
  one.call->cancel(CancelReason::disconnect);
  EXPECT_EQ(host.engine().subscriptions.size(), 0u);
  EXPECT_EQ(one.reply().json, "");
}

TEST_F(SubscriptionsTest, ADrainEndsSubscriptionsWithAResultAndLeavesCallsAlone) {
  host.server.tool("slow", "Waits", [](Context& context) {
    while (!context.stop_token().stop_requested()) std::this_thread::yield();
    return std::string("stopped");
  });
  auto const one = listen(R"("toolsListChanged":true)");
  auto const call = host.call("slow");
  EXPECT_EQ(host.engine().dispatcher.running(), 1u) << "subscriptions count apart";
  host.engine().dispatcher.end_subscriptions();
  host.finish(one);
  EXPECT_NE(one.reply().json.find(R"("resultType":"complete")"), std::string::npos)
      << one.reply().json;
  EXPECT_NE(one.reply().json.find(R"("io.modelcontextprotocol/subscriptionId":1)"),
            std::string::npos);
  EXPECT_FALSE(call.ended());
  call.call->cancel(CancelReason::drain);
}

TEST_F(SubscriptionsTest, ALegacySessionHearsListChangesAndItsOwnUrisOnly) {
  auto const session = host.session();
  EXPECT_EQ(
      host.reply(host.start(session, R"({"jsonrpc":"2.0","id":1,"method":"resources/subscribe",)"
                                     R"("params":{"uri":"a://1"}})"))
          .code(),
      0);
  host.server.resource_updated("a://1");
  host.server.resource_updated("a://2");
  host.server.tools_changed();
  auto const own = session->stream(0)->take(0);
  ASSERT_EQ(own.size(), 2u);
  EXPECT_EQ(
      own[0].json,
      R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a://1"}})");
  EXPECT_EQ(own[1].json, R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})");
}

TEST_F(SubscriptionsTest, StdiosOnlySessionHearsToo) {
  auto const out = std::make_shared<testing::Inbox>();
  auto const session = std::make_shared<Session>(
      "stdio", protocol::latest_legacy, ClientCapabilities(), "anonymous", out, SessionLimits());
  host.engine().subscriptions.set_only_session(session);
  host.server.prompts_changed();
  EXPECT_EQ(out->take_messages().size(), 1u);
}

}  // namespace
}  // namespace rampart::server
