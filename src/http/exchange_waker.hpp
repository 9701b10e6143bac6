// Wakes one exchange from any thread, and nothing once it is over.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>

#include "async/loop.hpp"
#include "http/exchange.hpp"

namespace rampart::http {

/// What a waker reaches, on its loop.
class Wakeable {
 public:
  /// Called at the top of a turn; may end what it wakes.
  virtual void on_wake() = 0;

 protected:
  ~Wakeable() = default;
};

class ExchangeWaker final : public Waker, public std::enable_shared_from_this<ExchangeWaker> {
 public:
  ExchangeWaker(async::Loop& loop, Wakeable& target) : loop_(&loop), target_(&target) {}
  /// Any thread. Wakes that come before the first is delivered are one wake.
  void wake() override;
  /// The exchange is over. Loop thread.
  void end();

 private:
  void deliver();

  std::mutex mutex_;   // guards loop_: the loop may go once the exchange is over
  async::Loop* loop_;  // null once over
  Wakeable* target_;   // loop thread only
  std::atomic<bool> posted_{false};
};

}  // namespace rampart::http
