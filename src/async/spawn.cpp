#include "async/spawn.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <utility>

namespace rampart::async {
namespace asio = boost::asio;
namespace {
std::function<void(std::string_view, std::exception_ptr)> report_escaped =
    [](std::string_view, std::exception_ptr) { std::terminate(); };

Task<void> rooted(Task<void> task) {
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await std::move(task);
}
}  // namespace

void on_escaped_exception(std::function<void(std::string_view, std::exception_ptr)> report) {
  report_escaped = std::move(report);
}

void spawn(Loop& loop, TaskGroup& group, std::string_view name, Task<void> task,
           asio::cancellation_signal* signal, std::function<void()> gone) {
  ++group.running_;
  auto ended = [&loop, &group, name, gone = std::move(gone)](std::exception_ptr error) mutable {
    if (error) report_escaped(name, error);
    if (gone) loop.post(std::move(gone));
    if (--group.running_ == 0 && group.on_empty) group.on_empty();
  };
  if (signal)
    asio::co_spawn(loop.context(), rooted(std::move(task)),
                   asio::bind_cancellation_slot(signal->slot(), std::move(ended)));
  else
    asio::co_spawn(loop.context(), rooted(std::move(task)), std::move(ended));
}

}  // namespace rampart::async
