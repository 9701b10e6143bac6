// The measured server: `echo`, quick, with every feature on, and `cached`, the same with a cache.
// BENCH_TOOLS=N adds N more tools to the catalogue. Quick means that the handler runs on the event
// loop: through the worker pool an echo costs about twice as much.
#include <cstdlib>

#include "rampart/run.hpp"

namespace {
struct Echo {
  std::string message;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Echo::message>("What to say back"));
};
}  // namespace

int main(int argc, char** argv) {
  rampart::Server server("bench", "1.0.0");
  auto echo = [](Echo const& in) { return in.message; };
  server.tool("echo", "Says back what it is told", echo).quick();
  server.tool("cached", "Says back what it was told", echo).quick().cacheable();
  char const* const more = std::getenv("BENCH_TOOLS");
  for (int i = 0, count = more ? std::atoi(more) : 0; i < count; ++i)
    server.tool("tool_" + std::to_string(i), "One of many", echo).quick();
  return rampart::run(server, argc, argv);
}
