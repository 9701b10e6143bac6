// The test program; and, when asked, a stand-in for a gateway that can be killed: it starts what
// stands after --gateway, passes its output on and never ends by itself.
#include <gtest/gtest.h>

#include <cstdio>
#include <string_view>

#include "harness.hpp"

namespace {
using namespace rampart;

int gateway(int argc, char** argv) {
  process::Spawner spawner;
  async::Loop loop;
  process::test::Recorder events;
  std::vector<std::unique_ptr<process::Child>> children;
  for (int i = 2; i < argc; ++i) {
    auto child = process::Child::start(loop, spawner, process::test::shell(argv[i]), {});
    if (!child) return 1;
    children.push_back(std::move(*child));
    children.back()->listen(events);
  }
  std::printf("watcher %d\n", spawner.watcher());
  events.at_line = [&] {
    std::printf("%s\n", events.lines.back().c_str());
    std::fflush(stdout);
  };
  loop.run();
  return 0;
}
}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--gateway") return gateway(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
