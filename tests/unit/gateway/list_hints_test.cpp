// How long and for whom clients may keep lists, and what happens when that time is over.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

class ListHints : public GatewayTest {
 protected:
  Script& modern(std::string const& name, std::string const& hints) {
    auto& script = upstream(name, {"echo"}, true);
    script.list_hints = hints;
    return script;
  }
  /// "ttlMs scope" of the list of tools.
  std::string told() {
    auto const running = ask("tools/list", "");
    return at(running, "ttlMs") + " " + at(running, "cacheScope");
  }
  static inline std::string const minute = R"("ttlMs":60000,"cacheScope":"public")";
};

TEST_F(ListHints, AreWhatIsLeftOfTheUpstreams) {
  modern("one", minute);
  start();
  EXPECT_EQ(told(), R"(60000 "public")");
  advance(milliseconds(20'500));
  EXPECT_EQ(told(), R"(39500 "public")");
}

TEST_F(ListHints, AreThoseOfTheUpstreamThatAllowsLeast) {
  modern("one", minute);
  modern("two", R"("ttlMs":5000,"cacheScope":"private")");
  start();
  EXPECT_EQ(told(), R"(5000 "private")");
}

TEST_F(ListHints, AreNothingWhileAnUpstreamSaysNone) {
  modern("one", minute);
  upstream("old", {"echo"});
  start();
  EXPECT_EQ(told(), R"(0 "private")");
}

TEST_F(ListHints, AreNothingWhileAnUpstreamIsYetToCome) {
  modern("one", minute);
  modern("two", minute).starts = false;
  start();
  EXPECT_EQ(told(), R"(0 "private")");
}

TEST_F(ListHints, AListPastItsTimeIsToldOnceMoreAndReadAgain) {
  auto& script = modern("one", minute);
  start();
  script.tools = {tool_named("echo"), tool_named("more")};
  advance(seconds(61));
  EXPECT_EQ(script.listed, 1) << "nobody asked";
  auto const old = ask("tools/list", ""), second = ask("tools/list", "");
  EXPECT_EQ(at(old, "ttlMs"), "0");
  EXPECT_THAT(response(old), Not(HasSubstr("more")));
  settle();
  EXPECT_EQ(script.listed, 2);
  EXPECT_THAT(response(ask("tools/list", "")), HasSubstr("more"));
  EXPECT_EQ(told(), R"(60000 "public")");
}

TEST_F(ListHints, AnUpstreamWithoutATimeIsNotAskedAgain) {
  auto& script = modern("one", R"("ttlMs":0,"cacheScope":"private")");
  start();
  advance(seconds(61));
  EXPECT_EQ(told(), R"(0 "private")");
  EXPECT_EQ(told(), R"(0 "private")");
  EXPECT_EQ(script.listed, 1);
}

}  // namespace
}  // namespace rampart::gateway
