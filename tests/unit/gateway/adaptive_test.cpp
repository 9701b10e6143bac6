// Adaptive concurrency at work: the bound of an upstream follows how its calls end.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using namespace std::chrono_literals;
using ::testing::HasSubstr;

class Adaptive : public GatewayTest {
 protected:
  void SetUp() override {
    one = &upstream("one", {"work"});
    config_of("one").limits.adaptive = true;
    config_of("one").limits.max_in_flight = 30;
    config_of("one").limits.min_in_flight = 10;
    config_of("one").timeouts.call = 5s;
  }
  std::vector<Running> calls(std::size_t number) {
    std::vector<Running> out;
    for (std::size_t i = 0; i < number; ++i) out.push_back(call("work", "", "{}"));
    return out;
  }
  /// Answers what is in flight now; what it lets in waits for the next time.
  void answer_after(std::chrono::milliseconds latency) {
    advance(latency);
    for (auto left = one->waiting.size(); left > 0; --left) reply_text(next(*one), "done");
  }
  /// As many calls at once as may be, so many times.
  void serve(int rounds, std::chrono::milliseconds latency) {
    for (int i = 0; i < rounds; ++i) {
      auto const busy = calls(static_cast<std::size_t>(limit()));
      answer_after(latency);
    }
  }
  double limit() { return gateway->upstreams()[0]->meters().limit.value(); }
  Script* one = nullptr;
};

TEST_F(Adaptive, BeginsAtTwentyAndRisesToMaxInFlightWhileCallsAreQuick) {
  start();
  EXPECT_EQ(limit(), 20);
  EXPECT_THAT(metrics.text(), HasSubstr("mcp_upstream_concurrency_limit{server=\"one\"} 20"));
  auto const first = calls(22);
  EXPECT_EQ(one->waiting.size(), 20u);
  answer_after(50ms);
  EXPECT_EQ(one->waiting.size(), 2u) << "they were let in";
  answer_after(50ms);
  serve(20, 50ms);
  EXPECT_EQ(limit(), 30);
  auto const all = calls(31);
  EXPECT_EQ(one->waiting.size(), 30u);
  answer_after(50ms);
  answer_after(50ms);
}

TEST_F(Adaptive, FallsWithLatency) {
  start();
  serve(5, 50ms);
  auto const before = limit();
  serve(1, 500ms);
  EXPECT_LT(limit(), before);
  serve(60, 500ms);
  EXPECT_EQ(limit(), 10) << "to min_in_flight and not below";
}

TEST_F(Adaptive, FallsOnceWhenCallsTimeOutTogether) {
  start();
  auto const lost = calls(20);
  advance(6s);
  EXPECT_TRUE(lost.back().ended());
  EXPECT_EQ(limit(), 14);
}

TEST_F(Adaptive, FallsWhenTheUpstreamRefuses) {
  one->http = true;
  start();
  call("work", "", "{}");
  auto const heard = next(*one);
  heard.at->error(heard.id, R"({"code":-32000,"message":"busy"})", 503);
  settle();
  EXPECT_EQ(limit(), 14);
}

TEST_F(Adaptive, AnErrorSaysNothing) {
  start();
  for (int i = 0; i < 30; ++i) {
    call("work", "", "{}");
    reply_error(next(*one), R"({"code":-32602,"message":"wrong"})");
  }
  EXPECT_EQ(limit(), 20);
}

TEST_F(Adaptive, IsOffUnlessAskedFor) {
  config_of("one").limits.adaptive = false;
  start();
  EXPECT_EQ(limit(), 30);
  auto const lost = calls(30);
  EXPECT_EQ(one->waiting.size(), 30u);
  advance(6s);
  EXPECT_EQ(limit(), 30);
}

}  // namespace
}  // namespace rampart::gateway
