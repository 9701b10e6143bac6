// What surrounds every request: the order of the stages, and the two that refuse.
#include "server/stages/limits.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "harness.hpp"

namespace rampart::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Recorder final : public Stage {
 public:
  Recorder(std::string name, std::vector<std::string>& log, bool refuses = false)
      : name_(std::move(name)), log_(log), refuses_(refuses) {}
  std::optional<Refusal> enter(Call&) override {
    log_.push_back("+" + name_);
    if (refuses_) return Refusal{Error(Errc::denied, "no")};
    return std::nullopt;
  }
  void leave(Call const&, Reply const& reply) override {
    log_.push_back("-" + name_ + ":" + std::string(protocol::name(reply.status)));
  }

 private:
  std::string const name_;
  std::vector<std::string>& log_;
  bool const refuses_;
};

class Stages : public ::testing::Test {
 protected:
  Stages() {
    host.server.tool("echo", "Echoes", [] { return std::string("hi"); }).quick();
    host.server.tool("throws", "Throws", []() -> std::string { throw std::runtime_error("x"); })
        .quick();
    host.server.tool("wait", "Waits", [](Context& context) {
      while (!context.stop_token().stop_requested()) std::this_thread::yield();
      return std::string();
    });
  }
  void add(std::unique_ptr<Stage> stage) { host.engine().pipeline.push_back(std::move(stage)); }
  void add_rate_limit(std::uint32_t capacity) {
    policy::RateLimiter::Options options;
    options.capacity = capacity;
    options.tokens_per_second = capacity / 60.0;
    limiter.emplace(options);
    add(std::make_unique<RateLimit>(*limiter));
  }
  std::optional<policy::RateLimiter> limiter;  // outlives the stages
  Harness host;
  std::vector<std::string> log;
};

TEST_F(Stages, EachOneIsLeftOnceInReverseOrderOnEveryPath) {
  add(std::make_unique<Recorder>("a", log));
  add(std::make_unique<Recorder>("b", log));
  auto path = [&](Harness::Running const& running) {
    if (!running.ended()) running.call->cancel(CancelReason::disconnect);
    return std::exchange(log, {});
  };
  using Log = std::vector<std::string>;
  EXPECT_EQ(path(host.call("echo")), (Log{"+a", "+b", "-b:success", "-a:success"}));
  EXPECT_EQ(path(host.call("throws")), (Log{"+a", "+b", "-b:error", "-a:error"}));
  EXPECT_EQ(path(host.call("unknown")), (Log{"+a", "+b", "-b:error", "-a:error"}));
  EXPECT_EQ(path(host.start("no/such")), (Log{"+a", "+b", "-b:error", "-a:error"}));
  EXPECT_EQ(path(host.call("echo", R"({"x":1})")),
            (Log{"+a", "+b", "-b:tool_error", "-a:tool_error"}));
  EXPECT_EQ(path(host.call("wait")), (Log{"+a", "+b", "-b:cancelled", "-a:cancelled"}));
}

TEST_F(Stages, AStageThatRefusesIsLeftTooAndTheInnerOnesAreNotEntered) {
  add(std::make_unique<Recorder>("a", log));
  add(std::make_unique<Recorder>("b", log, true));
  add(std::make_unique<Recorder>("c", log));
  EXPECT_EQ(host.reply(host.call("echo")).message(), "no");
  EXPECT_EQ(log, (std::vector<std::string>{"+a", "+b", "-b:error", "-a:error"}));
}

TEST_F(Stages, OurOwnQuestionsPassNoStage) {
  add(std::make_unique<Recorder>("a", log));
  Incoming in;
  in.self_check = true;
  host.start_message(
      R"({"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{)"
      R"("io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})",
      std::move(in));
  EXPECT_TRUE(log.empty());
}

TEST_F(Stages, ARateLimitIsReachedAtItsValueAndSaysWhenToComeBack) {
  add_rate_limit(60);
  for (int i = 0; i < 60; ++i) EXPECT_EQ(host.reply(host.call("echo")).code(), 0) << i;
  auto const refused = host.call("echo");
  ASSERT_TRUE(refused.ended());
  EXPECT_EQ(refused.reply().http_status, 429);
  EXPECT_EQ(refused.reply().code, 429);
  EXPECT_EQ(refused.reply().retry_after, milliseconds(1000));
  EXPECT_NE(refused.reply().json.find(R"("data":{"retryAfterMs":1000})"), std::string::npos);
  host.advance(milliseconds(999));
  EXPECT_EQ(host.reply(host.call("echo")).code(), 429);
  host.advance(milliseconds(1));
  EXPECT_EQ(host.reply(host.call("echo")).code(), 0);
}

TEST_F(Stages, EachIdentityHasItsOwnTokens) {
  add_rate_limit(1);
  EXPECT_EQ(host.reply(host.call("echo", "{}", "alice")).code(), 0);
  EXPECT_EQ(host.reply(host.call("echo", "{}", "alice")).code(), 429);
  EXPECT_EQ(host.reply(host.call("echo", "{}", "bob")).code(), 0);
}

TEST_F(Stages, ARefusedMethodCostsATokenToo) {
  add_rate_limit(1);
  EXPECT_EQ(host.reply(host.start("no/such")).code(), -32601);
  EXPECT_EQ(host.reply(host.call("echo")).code(), 429);
}

TEST_F(Stages, RequestsAtOnceAreBoundedAtTheValueAndFreedWhenTheyEnd) {
  add(std::make_unique<ConcurrencyLimit>(2));
  auto const a = host.call("wait"), b = host.call("wait"), c = host.call("wait");
  EXPECT_FALSE(a.ended());
  EXPECT_FALSE(b.ended());
  ASSERT_TRUE(c.ended());
  EXPECT_EQ(c.reply().http_status, 503);
  EXPECT_EQ(c.reply().retry_after, seconds(1));
  EXPECT_EQ(host.reply(host.call("echo")).code(), 503);
  a.call->cancel(CancelReason::disconnect);
  EXPECT_EQ(host.reply(host.call("echo")).code(), 0);
  b.call->cancel(CancelReason::disconnect);
}

TEST_F(Stages, SubscriptionsDoNotCountAsRequestsAtOnce) {
  add(std::make_unique<ConcurrencyLimit>(1));
  auto const listening =
      host.start("subscriptions/listen", R"("notifications":{"toolsListChanged":true})");
  EXPECT_FALSE(listening.ended());
  EXPECT_EQ(host.reply(host.call("echo")).code(), 0);
}

}  // namespace
}  // namespace rampart::server
