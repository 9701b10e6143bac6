// A single-waiter wake-up on one loop: the hand-made primitive that everything which waits is built
// on.
#pragma once
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/cancellation_type.hpp>

#include "async/loop.hpp"
#include "rampart/task.hpp"

namespace rampart::async {

/// Loop thread only; from other threads post a job that notifies. A notify with nobody waiting is
/// remembered (once). Cancelling the waiting coroutine ends the wait. Destroying a Wake destroys
/// the coroutine that waits on it.
class Wake {
 public:
  explicit Wake(Loop& loop) : loop_(loop) {}
  Wake(Wake const&) = delete;
  Wake& operator=(Wake const&) = delete;

  /// Returns at once if notified since the last wait.
  Task<void> wait();
  /// The waiter continues in a later turn of the loop.
  void notify();
  /// The waiter continues inside this call: cheaper, but only for code at the top of a turn (a
  /// posted job, the callback of an I/O wait) that touches nothing of its own afterwards.
  void notify_inline();
  /// Destroys the waiting coroutine, if there is one. For an owner that goes while its loop no
  /// longer runs.
  void abandon();

 private:
  struct Start;
  using Waiter = boost::asio::any_completion_handler<void()>;
  void cancelled(boost::asio::cancellation_type type);

  Loop& loop_;
  Waiter waiter_;
  bool notified_ = false;
};

}  // namespace rampart::async
