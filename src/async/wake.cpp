#include "async/wake.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace rampart::async {
namespace asio = boost::asio;
namespace {
Task<void> at_once() { co_return; }
}  // namespace

// Keeps the waiter where notify() finds it. Waiters are only ever swapped: move assignment of
// any_completion_handler recurses without end in Boost 1.81.
struct Wake::Start {
  Wake* wake;

  template <class Handler>
  void operator()(Handler&& handler) const {
    Waiter waiter(std::forward<Handler>(handler));
    // Asked of the waiter, not of the handler in it, whose slot the waiter has taken for itself.
    auto slot = waiter.get_cancellation_slot();
    if (slot.is_connected())
      slot.assign([wake = wake](asio::cancellation_type type) { wake->cancelled(type); });
    wake->waiter_.swap(waiter);
  }
};

Task<void> Wake::wait() {
  if (std::exchange(notified_, false)) return at_once();
  return asio::async_initiate<asio::use_awaitable_t<> const, void()>(Start{this},
                                                                     asio::use_awaitable);
}

void Wake::notify() {
  if (!waiter_) {
    notified_ = true;
    return;
  }
  notified_ = false;
  Waiter waiter;
  waiter.swap(waiter_);
  asio::post(loop_.context(), std::move(waiter));
}

void Wake::notify_inline() {
  if (!waiter_) {
    notified_ = true;
    return;
  }
  notified_ = false;
  Waiter waiter;
  waiter.swap(waiter_);
  std::move(waiter)();
}

void Wake::abandon() {
  Waiter waiter;
  waiter.swap(waiter_);
}

void Wake::cancelled(asio::cancellation_type type) {
  // A cancel that comes after notify() has taken the waiter finds nobody to end.
  if (type != asio::cancellation_type::none && waiter_) notify();
}

}  // namespace rampart::async
