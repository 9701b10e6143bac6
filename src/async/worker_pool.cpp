#include "async/worker_pool.hpp"

#include <algorithm>
#include <utility>

namespace rampart::async {

WorkerPool::WorkerPool(unsigned threads, std::size_t queue_limit) : queue_limit_(queue_limit) {
  free_ = std::max(1U, threads);
  workers_.reserve(free_);
  for (std::size_t i = free_; i > 0; --i) workers_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() { join(); }

bool WorkerPool::submit(std::function<void()> job) {
  {
    std::lock_guard const lock(mutex_);
    // A job that a free thread has not picked up yet does not wait: it occupies that thread.
    if (closed_ || queue_.size() >= free_ + queue_limit_) return false;
    queue_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

std::size_t WorkerPool::queued() const {
  std::lock_guard const lock(mutex_);
  return queue_.size() > free_ ? queue_.size() - free_ : 0;
}

std::size_t WorkerPool::busy() const {
  std::lock_guard const lock(mutex_);
  return workers_.size() - free_ + queue_.size();
}

void WorkerPool::join() {
  {
    std::lock_guard const lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_)
    if (worker.joinable()) worker.join();
}

void WorkerPool::work() noexcept {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::function<void()> job = std::move(queue_.front());
    queue_.pop_front();
    --free_;
    lock.unlock();
    job();
    job = nullptr;  // what the job holds goes before the thread counts as free
    lock.lock();
    ++free_;
  }
}

}  // namespace rampart::async
