// A bounded pool of plain threads for code that may block, so that no loop ever does.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace rampart::async {

/// Jobs start in the order of submission, each on whichever thread is free. Any thread may submit
/// and ask; join() belongs to the owner. An exception that leaves a job ends the process: a job
/// reports its result itself.
class WorkerPool {
 public:
  /// `threads`: at least one is started. `queue_limit`: jobs that may wait for a thread.
  WorkerPool(unsigned threads, std::size_t queue_limit);
  /// As join().
  ~WorkerPool();
  WorkerPool(WorkerPool const&) = delete;
  WorkerPool& operator=(WorkerPool const&) = delete;

  /// False if no thread is free and the queue is full, or after join(); the job is then not kept.
  bool submit(std::function<void()> job);
  unsigned threads() const { return static_cast<unsigned>(workers_.size()); }
  /// Jobs that wait for a thread.
  std::size_t queued() const;
  /// Jobs that run or wait.
  std::size_t busy() const;
  /// Runs what was accepted to its end and stops the threads.
  void join();

 private:
  void work() noexcept;

  std::size_t const queue_limit_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::size_t free_ = 0;  // threads without a job
  bool closed_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace rampart::async
