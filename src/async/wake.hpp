// A single-waiter wake-up on one loop: the hand-made primitive that everything which waits is built on.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include "async/loop.hpp"
#include "rampart/task.hpp"

namespace rampart::async {

/// Loop thread only; from other threads post a job that notifies. A notify with nobody waiting is
/// remembered (once). Cancelling the waiting coroutine ends the wait.
class Wake {
 public:
  explicit Wake(Loop& loop);
  /// Returns at once if notified since the last wait.
  Task<void> wait();
  void notify();

 private:
  boost::asio::steady_timer timer_;  // never expires; cancelling it resumes the waiter
  bool waiting_ = false;
  bool notified_ = false;
};

}  // namespace rampart::async
