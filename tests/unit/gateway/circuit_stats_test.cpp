// circuit-breaker://stats: what it says, and that it is there only beside upstreams.
#include "gateway/circuit_stats.hpp"

#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using namespace std::chrono_literals;
using policy::CircuitBreaker;
using ::testing::HasSubstr;

class CircuitStats : public GatewayTest {
 protected:
  static Circuit in_state(CircuitBreaker::State state) {
    Circuit out{"c", {}};
    out.stats.state = state;
    return out;
  }
  std::string overall(std::vector<CircuitBreaker::State> const& states) {
    std::vector<Circuit> circuits;
    for (auto const state : states) circuits.push_back(in_state(state));
    return member(circuit_stats_json(circuits, host.clock), "overall");
  }
  /// The resource as a client reads it.
  std::string read() {
    auto const running = ask("resources/read", R"("uri":"circuit-breaker://stats")");
    return testing::Reply(response(running)).text();
  }
};

TEST_F(CircuitStats, HealthyIsAllClosedAndCriticalIsMoreThanHalfOpen) {
  using enum CircuitBreaker::State;
  EXPECT_EQ(overall({closed, closed}), R"("healthy")");
  EXPECT_EQ(overall({closed, open}), R"("degraded")");
  EXPECT_EQ(overall({half_open}), R"("degraded")");
  EXPECT_EQ(overall({open, open, closed}), R"("critical")");
  EXPECT_EQ(overall({open}), R"("critical")");
}

TEST_F(CircuitStats, AClosedCircuitHasCountsAndNoTimes) {
  upstream("one", {"work"});
  start();
  call("work", "", "{}");
  reply_text(next(links.scripts["one"]), "done");
  EXPECT_EQ(read(), R"({"overall":"healthy","circuits":{"one":{"state":"closed","failure_count":0,)"
                    R"("success_count":1,"failure_rate":0,"last_failure_time":null,)"
                    R"("next_attempt_time":null}}})");
}

TEST_F(CircuitStats, AnOpenCircuitSaysWhenItFailedAndWhenItIsTriedAgain) {
  auto& one = upstream("one", {"work"});
  upstream("two", {"work"});
  start();
  for (int i = 0; i < 5; ++i) {
    call("one__work", "", "{}");
    reply_error(next(one), R"({"code":-32603,"message":"broken"})");
  }
  auto const stats = read();
  EXPECT_EQ(member(stats, "overall"), R"("degraded")");
  EXPECT_EQ(member(stats, "circuits.one.state"), R"("open")");
  EXPECT_EQ(member(stats, "circuits.one.failure_count"), "5");
  EXPECT_EQ(member(stats, "circuits.one.last_failure_time"), R"("2026-01-01T00:00:00.000Z")");
  EXPECT_THAT(member(stats, "circuits.one.next_attempt_time"), HasSubstr("2026-01-01T00:0"));
  EXPECT_EQ(member(stats, "circuits.two.state"), R"("closed")");
  auto const refused = call("one__work", "", "{}");
  EXPECT_TRUE(refused.ended());
  EXPECT_EQ(refused.reply().http_status, 503);
  EXPECT_THAT(metrics.text(), HasSubstr("circuit_breaker_state{circuit_name=\"one\"} 1\n"));
  advance(61s);
  EXPECT_EQ(member(read(), "circuits.one.state"), R"("half_open")");
  EXPECT_THAT(metrics.text(), HasSubstr("circuit_breaker_state{circuit_name=\"one\"} 2\n"));
}

TEST_F(CircuitStats, OlderClientsReadItToo) {
  upstream("one");
  start();
  auto const read = ask(session(), "resources/read", R"("uri":"circuit-breaker://stats")");
  EXPECT_THAT(response(read), HasSubstr("healthy"));
  EXPECT_EQ(at(read, "ttlMs"), "absent");
}

}  // namespace
}  // namespace rampart::gateway
