// Which ends of calls open an upstream's circuit, and what an open one does to retries.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using namespace std::chrono_literals;
using ::testing::HasSubstr;

class CircuitTest : public GatewayTest {
 protected:
  void SetUp() override {
    one = &upstream("one", {"work"});
    one->http = true;
    config_of("one").timeouts.call = 5s;
  }
  /// So many calls, each ended by `end`.
  template <class End>
  void calls(int number, End end) {
    for (int i = 0; i < number; ++i) {
      auto const running = call("work", "", "{}");
      for (int wait = 0; wait < 100 && one->waiting.empty(); ++wait) advance(100ms);
      end(next(*one));
      settle();
      EXPECT_TRUE(running.ended());
    }
  }
  bool open() {
    auto const stats = gateway->upstreams()[0]->circuits()[0]->stats();
    return stats.state == policy::CircuitBreaker::State::open;
  }
  Script* one = nullptr;
};

TEST_F(CircuitTest, OpensAfterFiveTimeOuts) {
  start();
  auto const late = [&](Heard const&) { advance(6s); };
  calls(4, late);
  EXPECT_FALSE(open());
  calls(1, late);
  EXPECT_TRUE(open());
}

TEST_F(CircuitTest, OpensAfterFiveLostConnectionsButNotAfterFiveCallsLostTogether) {
  start();
  std::vector<Running> together;
  for (int i = 0; i < 5; ++i) together.push_back(call("work", "", "{}"));
  ASSERT_EQ(one->waiting.size(), 5u);
  auto const instance = next(*one).at;
  one->waiting.clear();
  instance->die();
  settle();
  EXPECT_TRUE(together.back().ended());
  EXPECT_FALSE(open()) << "one death is one failure";
  auto const lost = [&](Heard const& heard) { heard.at->die(); };
  calls(3, lost);
  EXPECT_FALSE(open());
  calls(1, lost);
  EXPECT_TRUE(open());
}

TEST_F(CircuitTest, OpensAfterFiveInternalErrorsOrAnswersOfStatus5xx) {
  start();
  calls(3, [&](Heard const& heard) {
    heard.at->error(heard.id, R"({"code":-32603,"message":"broken"})");
  });
  auto const unwell = [&](Heard const& heard) {
    heard.at->error(heard.id, R"({"code":-32000,"message":"busy"})", 500);
  };
  calls(1, unwell);
  EXPECT_FALSE(open());
  calls(1, unwell);
  EXPECT_TRUE(open());
}

TEST_F(CircuitTest, StaysClosedWhateverToolsAndRequestsGetWrong) {
  start();
  calls(30, [&](Heard const& heard) {
    heard.at->result(heard.id, R"({"content":[{"type":"text","text":"no"}],"isError":true})");
  });
  for (auto const* code : {"-32600", "-32601", "-32602"})
    calls(30, [&](Heard const& heard) {
      heard.at->error(heard.id, R"({"code":)" + std::string(code) + R"(,"message":"wrong"})");
    });
  EXPECT_FALSE(open());
  EXPECT_EQ(gateway->upstreams()[0]->circuits()[0]->stats().failed, 0u);
}

TEST_F(CircuitTest, AFailureThatOpensItIsToldAndNotTriedAgain) {
  one->resources = {R"({"uri":"file:///a","name":"a"})"};
  config_of("one").breaker.failures = 1;
  start();
  auto const running = ask("resources/read", R"("uri":"file:///a")", "{}");
  next(*one).at->die("it fell over");
  settle();
  EXPECT_TRUE(running.ended()) << "nobody waits for a retry that would be refused";
  EXPECT_THAT(response(running), HasSubstr("it fell over"));
  EXPECT_TRUE(open());
}

TEST_F(CircuitTest, WhatIsRefusedSaysWhenToComeBack) {
  config_of("one").breaker.failures = 1;
  start();
  calls(1, [&](Heard const& heard) { heard.at->die(); });
  auto const refused = call("work", "", "{}");
  ASSERT_TRUE(refused.ended());
  auto const wait = refused.reply().retry_after;
  EXPECT_GT(wait, 53s) << "a minute, of which chance may take a tenth";
  EXPECT_LE(wait, 60s);
}

TEST_F(CircuitTest, AProbeThatWaitsForAPersonHasShownThatTheUpstreamAnswers) {
  config_of("one").breaker.failures = 1;
  start();
  calls(1, [&](Heard const& heard) { heard.at->die(); });
  ASSERT_TRUE(open());
  advance(61s);
  std::string const asks = R"({"elicitation":{}})";
  auto const asked = call("work", "", asks);
  auto const heard = next(*one);
  heard.at->ask("9", "elicitation/create", R"({"message":"?","requestedSchema":{"type":"object"}})",
                heard.id);
  settle();
  until_asked(asked);
  ASSERT_EQ(gateway->parked(), 1u);
  auto const next_probe = call("work", "", "{}");
  reply_text(next(*one), "done");
  EXPECT_THAT(response(next_probe), HasSubstr("done"));
  EXPECT_THAT(metrics.text(),
              HasSubstr(R"({circuit_name="one",state="half_open",outcome="success"} 2)"));
}

}  // namespace
}  // namespace rampart::gateway
