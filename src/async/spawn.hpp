// The only place that starts coroutines.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string_view>

#include "async/loop.hpp"
#include "rampart/task.hpp"

namespace boost::asio {
class cancellation_signal;
}

namespace rampart::async {

/// Counts the coroutines of one owner, so that a drain can wait for them. Loop thread only.
class TaskGroup {
 public:
  /// Coroutines that have not ended.
  int running() const { return running_; }
  /// Called on the loop each time the group becomes empty.
  std::function<void()> on_empty;

 private:
  friend void spawn(Loop&, TaskGroup&, std::string_view, Task<void>,
                    boost::asio::cancellation_signal*, std::function<void()>);
  int running_ = 0;
};

/// Starts `task` on the loop. Cancellation arrives as a value, not an exception
/// (throw_if_cancelled(false) at the root); an exception that escapes is reported to
/// on_escaped_exception with the task's name. `name` is a literal. `group` outlives the task.
/// `signal` is looked at until nothing of the task is left, which is later than its last statement:
/// `gone` is called then, in a turn of its own, or destroyed without a call together with the loop;
/// whoever owns the signal is kept by it.
void spawn(Loop& loop, TaskGroup& group, std::string_view name, Task<void> task,
           boost::asio::cancellation_signal* signal = nullptr, std::function<void()> gone = {});

/// Where escaped exceptions go; set once at start, before any loop runs. Default: std::terminate.
void on_escaped_exception(std::function<void(std::string_view task, std::exception_ptr)> report);

}  // namespace rampart::async
