// Another server stands where the upstream was: one of the other era, or with other declarations.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::string const with_header = R"({"name":"work","inputSchema":{"type":"object","properties":)"
                                R"({"region":{"type":"string","x-mcp-header":"Region"}}}})";

class Replaced : public GatewayTest {
 protected:
  Script& begin(bool modern, bool http = true) {
    auto& one = upstream("one", {"work"}, modern);
    one.http = http;
    if (http) {
      config_of("one").kind = config::UpstreamKind::streamable_http;
      config_of("one").url = "http://one.example/mcp";
    }
    start();
    return one;
  }
  void refuse(Heard const& heard, std::string_view error, int status = 400) {
    heard.at->error(heard.id, error, status);
    settle();
  }
  static bool modern(Heard const& heard) {
    return heard.meta("io.modelcontextprotocol/protocolVersion") == R"("2026-07-28")";
  }
};

TEST_F(Replaced, ByAnOlderServerItIsAskedForItsEraAgainAndGetsTheCallInIt) {
  for (std::string error : {R"({"code":-32000,"message":"Bad Request: no session"})",
                            R"({"code":-32600,"message":"Missing session ID"})"}) {
    links.scripts.clear();
    configured.clear();
    auto& one = begin(true);
    auto const running = call("work");
    auto const first = next(one);
    EXPECT_TRUE(modern(first));
    one.modern = false;
    refuse(first, error);
    auto const second = next(one);
    EXPECT_FALSE(modern(second)) << error;
    EXPECT_NE(second.at, first.at);
    reply_text(second, "done");
    EXPECT_THAT(response(running), HasSubstr("done"));
    stop();
    gateway.reset();
    settle();
  }
}

TEST_F(Replaced, ByANewerServerThatKnowsNoSessionsItGetsTheCallAsAModernOne) {
  auto& one = begin(false);
  auto const running = call("work", "", "{}");
  auto const first = next(one);
  EXPECT_FALSE(modern(first));
  one.modern = true;
  refuse(first, R"({"code":-32022,"message":"?","data":{"supported":["2026-07-28"]}})");
  auto const second = next(one);
  EXPECT_TRUE(modern(second));
  reply_text(second, "done");
  EXPECT_THAT(response(running), HasSubstr("done"));
  EXPECT_THAT(logged(), HasSubstr("upstream_replaced"));
}

TEST_F(Replaced, ByOneThatWantsAnArgumentInAHeaderItGetsIt) {
  auto& one = begin(true);
  auto const running = ask("tools/call", R"("name":"work","arguments":{"region":"eu"})");
  auto const first = next(one);
  EXPECT_TRUE(first.sent.param_headers.empty());
  one.tools = {with_header};
  refuse(first, R"({"code":-32020,"message":"Mcp-Param-Region is missing"})");
  auto const second = next(one);
  EXPECT_THAT(second.sent.param_headers, ElementsAre(Pair("Mcp-Param-Region", "eu")));
  reply_text(second, "done");
  EXPECT_THAT(response(running), HasSubstr("done"));
}

TEST_F(Replaced, OneThatDisagreesForeverIsAskedTwiceAndNotOpenedAnewForEachCall) {
  auto& one = begin(true);
  auto const mismatch = R"({"code":-32020,"message":"no"})";
  for (int calls = 0; calls < 3; ++calls) {
    auto const running = call("work");
    refuse(next(one), mismatch);
    refuse(next(one), mismatch);
    EXPECT_EQ(member(response(running), "error.code"), "-32603");
    EXPECT_TRUE(one.waiting.empty());
  }
  EXPECT_EQ(one.instances.size(), 2u);
}

TEST_F(Replaced, CallsInFlightAtTheOneBeforeGoOn) {
  auto& one = begin(true);
  auto const slow = call("work");
  auto const held = next(one);
  auto const refused = call("work");
  refuse(next(one), R"({"code":-32020,"message":"no"})");
  reply_text(next(one), "second");
  EXPECT_THAT(response(refused), HasSubstr("second"));
  reply_text(held, "first");
  EXPECT_THAT(response(slow), HasSubstr("first"));
}

TEST_F(Replaced, WhatAToolRefusesIsNoSignOfAnotherServer) {
  auto& one = begin(true);
  auto const wrong = call("work");
  refuse(next(one), R"({"code":-32602,"message":"Unknown tool"})");
  EXPECT_EQ(member(response(wrong), "error.code"), "-32602");
  auto const own = call("work");
  refuse(next(one), R"({"code":-32000,"message":"quota"})", 200);
  EXPECT_EQ(member(response(own), "error.code"), "-32000");
  EXPECT_EQ(one.instances.size(), 1u);
}

// A command, too, may be another program after its next start.
TEST_F(Replaced, AtItsRestartAChildIsAskedForItsEraOnceWhatWasKnownDoesNotServe) {
  auto& one = begin(true, false);
  one.modern = false;
  one.instances.back()->die();
  settle();
  advance(1s);
  advance(1s);
  auto const running = call("work", "", "{}");
  auto const heard = next(one);
  EXPECT_FALSE(modern(heard));
  reply_text(heard, "done");
  EXPECT_THAT(response(running), HasSubstr("done"));
}

TEST_F(Replaced, AfterAnHourAnHttpServerThatWasOlderIsAskedForItsEraAgain) {
  auto& one = begin(false);
  advance(59min);
  one.live().die();
  settle();
  advance(2min);
  one.modern = true;
  auto const before = one.attempts;
  one.live().die();
  settle();
  EXPECT_EQ(one.attempts, before + 1) << "it was taken for an older one once more";
  call("work");
  EXPECT_TRUE(modern(next(one)));
}

}  // namespace
}  // namespace rampart::gateway
