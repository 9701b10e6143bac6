// Signals as something to wait for, in one thread; and a way to wake it from others.
#pragma once
#include <chrono>

namespace rampart::runtime {

enum class Wakeup { terminate, reload, woken, timeout };

/// Made on the main thread before any other thread starts: it blocks SIGTERM, SIGINT and SIGHUP for
/// the process and ignores SIGPIPE.
class SignalWait {
 public:
  SignalWait();
  ~SignalWait();
  SignalWait(SignalWait const&) = delete;
  SignalWait& operator=(SignalWait const&) = delete;

  Wakeup wait(std::chrono::milliseconds limit);
  Wakeup wait();
  /// Any thread.
  void wake();

 private:
  int signal_fd_;
  int wake_fd_;
};

}  // namespace rampart::runtime
