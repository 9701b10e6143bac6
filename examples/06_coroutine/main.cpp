// A coroutine handler: it waits without holding a thread, so thousands may wait at once. Write
// co_await once per statement, as here; rampart-lint checks it, for some compilers miscompile other
// shapes without a warning.
#include <rampart/run.hpp>
#include <rampart/server.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <string>

struct Kettle {
  int milliseconds = 20;
  static constexpr auto fields = rampart::fields(
      rampart::optional<&Kettle::milliseconds>("How long it takes", rampart::Range{1, 5'000}));
};

/// Returns early when the call is cancelled.
rampart::Task<void> wait_for(std::chrono::milliseconds time) {
  auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor, time);
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

rampart::Task<rampart::Result<std::string>> make_tea(Kettle kettle, rampart::Context& context) {
  std::chrono::milliseconds const half(kettle.milliseconds / 2);
  context.progress(0, 2, "water");
  co_await wait_for(half);
  if (context.stop_token().stop_requested())
    co_return rampart::fail(rampart::Errc::cancelled, "no tea");
  context.progress(1, 2, "leaves");
  co_await wait_for(half);
  context.progress(2, 2, "tea");
  co_return "Tea is ready.";
}

int main(int argc, char** argv) {
  rampart::Server server("kettle", "1.0.0");
  server.tool("make_tea", "Makes tea.", make_tea);
  return rampart::run(server, argc, argv);
}
