// Lists that an upstream does not tell when it is asked again.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Refresh : public GatewayTest {
 protected:
  void changes(Script& script) {
    script.instances.front()->notify("notifications/tools/list_changed", "{}");
    settle();
  }
};

TEST_F(Refresh, AListThatIsRefusedStaysAsItWasAndIsReadAgain) {
  auto& script = upstream("one", {"echo"});
  start();
  script.lists_error = R"({"code":-32603,"message":"out of order"})";
  script.tools = {tool_named("echo"), tool_named("more")};
  changes(script);
  EXPECT_THAT(published(), ElementsAre("echo"));
  EXPECT_THAT(logged(), HasSubstr("out of order"));
  script.lists_error.clear();
  advance(std::chrono::seconds(6));
  EXPECT_THAT(published(), ElementsAre("echo", "more"));
}

TEST_F(Refresh, AListWhoseMethodIsUnknownIsEmpty) {
  auto& script = upstream("one", {"echo"});
  start();
  script.lists_error = R"({"code":-32601,"message":"no such method"})";
  changes(script);
  EXPECT_THAT(published(), IsEmpty());
}

}  // namespace
}  // namespace rampart::gateway
