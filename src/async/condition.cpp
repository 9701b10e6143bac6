#include "async/condition.hpp"

namespace rampart::async {

Condition::~Condition() {
  while (!waiters_.empty()) {
    auto& waiter = waiters_.front();
    waiters_.pop_front();
    waiter.wake.abandon();
  }
}

Task<void> Condition::wait(base::Steady::time_point until) {
  Waiter waiter(loop_);
  waiters_.push_back(waiter);
  loop_.arm(waiter.limit, until);
  co_await waiter.wake.wait();
}

void Condition::notify_all() {
  for (auto& waiter : waiters_) waiter.wake.notify();
}

}  // namespace rampart::async
