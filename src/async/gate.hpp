// Closed at first, then open for good: requests wait at it until there is something to serve. Loop
// thread only.
#pragma once
#include "async/condition.hpp"

namespace rampart::async {

class Gate {
 public:
  explicit Gate(Loop& loop) : loop_(loop), opened_(loop) {}

  bool is_open() const { return open_; }
  void open() {
    open_ = true;
    opened_.notify_all();
  }
  /// Returns when it is open, at `until`, or when the coroutine is cancelled.
  Task<void> wait(base::Steady::time_point until) {
    if (!open_) co_await opened_.wait(until);
  }
  Loop& loop() const { return loop_; }

 private:
  Loop& loop_;
  Condition opened_;
  bool open_ = false;
};

}  // namespace rampart::async
