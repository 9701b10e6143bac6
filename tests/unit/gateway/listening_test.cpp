// The stream of changes of a modern upstream, and servers that have none.
#include "gateway_harness.hpp"

namespace rampart::gateway {
namespace {

class Listening : public GatewayTest {
 protected:
  Script& start_with(std::string listen_error) {
    auto& script = upstream("one", {"echo"}, true);
    script.listen_error = std::move(listen_error);
    start();
    return script;
  }
  void calls(Script& script, int count) {
    for (int i = 0; i < count; ++i) {
      auto const running = call("echo");
      reply_text(next(script), "hello");
      EXPECT_TRUE(running.ended());
    }
  }
  int catalogues_read() {
    int count = 0;
    for (std::size_t at = 0; (at = logged().find("upstream_catalogue", at)) != std::string::npos;
         ++at)
      ++count;
    return count;
  }
};

TEST_F(Listening, AnOpenStreamIsAskedForOnceHoweverManyCallsEnd) {
  auto& script = start_with({});
  calls(script, 5);
  advance(std::chrono::seconds(2));
  EXPECT_EQ(script.listened, 1);
}

TEST_F(Listening, AServerThatKnowsNoStreamsIsNotAskedForOneAgain) {
  auto& script = start_with(R"({"code":-32601,"message":"no such method"})");
  calls(script, 5);
  advance(std::chrono::seconds(2));
  calls(script, 1);
  EXPECT_EQ(script.listened, 1);
  EXPECT_EQ(catalogues_read(), 1);
}

TEST_F(Listening, AServerThatEndsItsStreamsIsAskedOnceASecondAndNotAtEachCall) {
  auto& script = start_with(R"({"code":-32000,"message":"not now"})");
  calls(script, 5);
  EXPECT_EQ(script.listened, 1);
  advance(std::chrono::seconds(2));
  EXPECT_EQ(script.listened, 2);
  calls(script, 5);
  EXPECT_EQ(script.listened, 2);
  EXPECT_EQ(catalogues_read(), 2) << "changes may have been missed";
}

}  // namespace
}  // namespace rampart::gateway
