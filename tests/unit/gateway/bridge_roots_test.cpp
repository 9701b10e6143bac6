// Roots that a legacy upstream asks for while no call is open, and roots that change: what clients
// of both eras see of it.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using ::testing::HasSubstr;

constexpr std::string_view folders = R"({"roots":[{"uri":"file:///a"}]})";

class BridgeRoots : public GatewayTest {
 protected:
  void SetUp() override { one = &upstream("one", {"read"}); }
  /// Each child asks right after its handshake; those that serve nobody in particular are refused.
  void start_with_question() {
    one->asks_after_handshake = "roots/list";
    start();
    one->waiting.clear();
  }
  void a_moment() { advance(std::chrono::milliseconds(50)); }
  Script* one = nullptr;
};

TEST_F(BridgeRoots, AskedForAtTheStartAreAskedOfAModernClientBeforeItsFirstCallGoesOut) {
  config_of("one").share_roots = true;
  start_with_question();
  auto const first = call("read");
  until_asked(first);
  EXPECT_THAT(at(first, "inputRequests.q77"), HasSubstr("roots/list"));
  EXPECT_TRUE(one->waiting.empty()) << "the call is not out yet";
  auto const second = answer("read", R"("q77":)" + std::string(folders), at(first, "requestState"));
  EXPECT_EQ(next(*one).member("result"), folders);
  a_moment();
  reply_text(next(*one), "read");
  EXPECT_THAT(response(second), HasSubstr("read"));
}

TEST_F(BridgeRoots, AskedForAtTheStartAreAskedOfALegacyClientOnTheStreamOfItsFirstCall) {
  config_of("one").mode = config::UpstreamMode::per_session;
  start_with_question();
  auto const client = session();
  auto const running = ask(client, "tools/call", R"("name":"read","arguments":{})");
  until_asked(running);
  auto const messages = running.inbox->take_messages();
  ASSERT_EQ(messages.size(), 1);
  EXPECT_EQ(member(messages[0], "method"), R"("roots/list")");
  EXPECT_TRUE(one->waiting.empty());
  respond(*client, member(messages[0], "id"), R"("result":)" + std::string(folders));
  EXPECT_EQ(next(*one).member("id"), "77");
  a_moment();
  reply_text(next(*one), "read");
  EXPECT_THAT(response(running), HasSubstr("read"));
}

TEST_F(BridgeRoots, ThatChangedAreToldToTheChildOfTheirClientOnly) {
  config_of("one").mode = config::UpstreamMode::per_session;
  start();
  std::vector<std::shared_ptr<server::Session>> const clients{session(), session()};
  std::vector<std::shared_ptr<Instance>> children;
  for (auto const& client : clients) {
    auto const running = ask(client, "tools/call", R"("name":"read","arguments":{})");
    auto const heard = next(*one);
    children.push_back(heard.at);
    reply_text(heard, "read");
  }
  ASSERT_NE(children[0], children[1]);
  one->notices.clear();
  gateway->roots_changed({clients[1]->capabilities, clients[1]->principal, clients[1]->id});
  ASSERT_EQ(one->notices.size(), 1);
  EXPECT_EQ(one->notices[0].method, "notifications/roots/list_changed");
  EXPECT_EQ(one->notices[0].at, children[1]);
}

TEST_F(BridgeRoots, OfAModernClientAreNotSaidToChange) {
  config_of("one").share_roots = true;
  start();
  auto const running = call("read", {}, R"({"roots":{"listChanged":true}})");
  auto const heard = next(*one);
  EXPECT_NE(heard.at, one->instances.front()) << "a child that may ask for roots";
  reply_text(heard, "read");
  one->notices.clear();
  gateway->roots_changed({});
  EXPECT_TRUE(one->notices.empty()) << "nothing was promised";
}

}  // namespace
}  // namespace rampart::gateway
