// What a tool says while its upstream cannot answer, where an operator wrote it down.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Fallback : public GatewayTest {
 protected:
  void SetUp() override {
    one = &upstream("one", {"search", "other"});
    config_of("one").fallbacks["search"] = "Use the \"index\".";
    start();
  }
  Script* one = nullptr;
};

TEST_F(Fallback, StandsInForAnUpstreamThatWasLostAndIsNoSuccess) {
  auto const running = call("search");
  next(*one).at->die();
  settle();
  EXPECT_EQ(at(running, "content"), R"([{"type":"text","text":"Use the \"index\"."}])");
  EXPECT_EQ(at(running, "isError"), "true");
  EXPECT_EQ(at(running, "resultType"), R"("complete")");
  EXPECT_THAT(at(running, "_meta"), HasSubstr("rampart/fallback"));
  EXPECT_EQ(running.reply().status, protocol::Status::tool_error);
}

TEST_F(Fallback, IsForTheToolsThatHaveOne) {
  auto const running = call("other");
  next(*one).at->die();
  settle();
  EXPECT_THAT(response(running), HasSubstr(R"("error":)"));
}

TEST_F(Fallback, DoesNotHideWhatTheUpstreamSaid) {
  auto const failed = call("search");
  reply_error(next(*one), R"({"code":-32602,"message":"no such index"})");
  EXPECT_THAT(response(failed), HasSubstr("no such index"));
  auto const answered = call("search");
  reply_text(next(*one), "found");
  EXPECT_THAT(response(answered), HasSubstr("found"));
  EXPECT_THAT(response(answered), Not(HasSubstr("rampart/fallback")));
}

}  // namespace
}  // namespace rampart::gateway
