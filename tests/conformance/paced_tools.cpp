// Tools that tell the client something on the way to their answer. They are coroutines: waiting
// costs no thread.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "fixture.hpp"

namespace conformance {
namespace {

using rampart::Context;
using rampart::Task;

/// Ends early when the call is cancelled. The suite asks for steps about 50 ms apart.
Task<void> one_step(std::chrono::milliseconds step = std::chrono::milliseconds(50)) {
  auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor, step);
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

Task<std::string> with_progress(Context& context) {
  context.progress(0, 100);
  co_await one_step();
  context.progress(50, 100);
  co_await one_step();
  context.progress(100, 100);
  co_return "Progress was reported three times.";
}

struct Key {
  std::string key;
  static constexpr auto fields = rampart::fields(rampart::required<&Key::key>("Of one call"));
};

/// The calls of test_wait that were withdrawn.
class Withdrawn {
 public:
  void add(std::string key) {
    std::lock_guard const lock(mutex_);
    keys_.insert(std::move(key));
  }
  bool contains(std::string const& key) {
    std::lock_guard const lock(mutex_);
    return keys_.contains(key);
  }

 private:
  std::mutex mutex_;
  std::set<std::string> keys_;
};

/// Ends by its cancellation, or after a minute.
Task<std::string> wait(std::shared_ptr<Withdrawn> withdrawn, Key in, Context context) {
  context.progress(0, 1);
  co_await one_step(std::chrono::minutes(1));
  if (!context.stop_token().stop_requested()) co_return "Nobody withdrew the call.";
  withdrawn->add(std::move(in.key));
  co_return "Withdrawn.";
}

Task<std::string> with_logging(Context& context) {
  context.log(rampart::LogLevel::info, "Tool execution started");
  co_await one_step();
  context.log(rampart::LogLevel::info, "Tool processing data");
  co_await one_step();
  context.log(rampart::LogLevel::info, "Tool execution completed");
  co_return "Three log messages were sent.";
}

Task<std::string> reconnection(Context& context) {
  context.release_stream();
  // Longer than the second after which script/conformance has a gateway end a quiet stream.
  co_await one_step(std::chrono::milliseconds(1500));
  co_return "The stream was closed early; this answer was fetched after reconnecting.";
}

std::string one_log_message(Context& context) {
  context.log(rampart::LogLevel::info, "Only for clients that asked for log messages");
  return "Logged.";
}

}  // namespace

void add_paced_tools(rampart::Server& server) {
  server.tool("test_tool_with_progress", "Reports progress three times.", with_progress);
  auto const withdrawn = std::make_shared<Withdrawn>();
  server.tool(
      "test_wait", "Reports progress, and waits to be cancelled.",
      [withdrawn](Key in, Context& context) { return wait(withdrawn, std::move(in), context); });
  server.tool("test_withdrawn", "Says whether a call of test_wait was cancelled.",
              [withdrawn](Key const& in) {
                return std::string(withdrawn->contains(in.key) ? "yes" : "no");
              });
  server.tool("test_tool_with_logging", "Sends three log messages while it works.", with_logging);
  server.tool("test_reconnection",
              "Ends its stream early, so that the client comes back for the answer.", reconnection);
  server
      .tool("test_logging_tool", "Sends a log message if the request asks for it.", one_log_message)
      .quick();
}

}  // namespace conformance
