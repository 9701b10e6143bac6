#include "http/exchange_waker.hpp"

namespace rampart::http {

void ExchangeWaker::wake() {
  if (posted_.exchange(true)) return;
  std::lock_guard const lock(mutex_);
  if (loop_) loop_->post([self = shared_from_this()] { self->deliver(); });
}

void ExchangeWaker::deliver() {
  posted_ = false;  // first, so that a wake during the delivery is delivered again
  if (target_) target_->on_wake();
}

void ExchangeWaker::end() {
  target_ = nullptr;
  std::lock_guard const lock(mutex_);
  loop_ = nullptr;
}

}  // namespace rampart::http
