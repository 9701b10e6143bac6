#include "base/batch_log.hpp"

#include <algorithm>
#include <array>

namespace rampart::base {
namespace {

// Tells the logs of one process apart, also when one is made where another one stood: a thread must
// not take the buffer of a log that is gone for its own.
std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

BatchLog::BatchLog(LogSink& sink, Secrets const& secrets, std::size_t buffer_bytes,
                   std::size_t max_line)
    : sink_(sink),
      secrets_(secrets),
      buffer_bytes_(std::max(buffer_bytes, 2 * max_line)),
      max_line_(max_line),
      serial_(next_serial()) {
  flusher_ = std::thread([this] { run(); });
}

BatchLog::~BatchLog() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  flusher_.join();
}

BatchLog::Buffer& BatchLog::own_buffer() {
  struct Mine {
    std::uint64_t serial = 0;
    std::shared_ptr<Buffer> buffer;
  };
  // The few logs of one process have neighbouring serials, so each has a place of its own.
  thread_local std::array<Mine, 4> all;
  Mine& mine = all[serial_ % all.size()];
  if (mine.serial != serial_) {
    mine.buffer = std::make_shared<Buffer>(buffer_bytes_);
    mine.serial = serial_;
    std::lock_guard const lock(mutex_);
    buffers_.push_back(mine.buffer);
  }
  return *mine.buffer;
}

void BatchLog::note(Buffer::Added added) {
  switch (added) {
    case Buffer::Added::dropped:
      sink_.count_dropped(1);
      break;
    case Buffer::Added::first:
      wake(false);
      break;
    case Buffer::Added::some:
      break;
    case Buffer::Added::enough:
      wake(true);
      break;
  }
}

void BatchLog::wake(bool now) {
  // The flusher goes idle under mutex_, after it found every buffer empty under the buffer's own
  // lock; whoever adds a first line after that sees idle_ set.
  if (!now && !idle_.load(std::memory_order_acquire)) return;
  {
    std::lock_guard const lock(mutex_);
    idle_.store(false, std::memory_order_relaxed);
    flush_now_ = flush_now_ || now;
  }
  changed_.notify_all();
}

void BatchLog::flush() {
  std::unique_lock lock(mutex_);
  auto const mine = ++asked_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return served_ >= mine; });
}

void BatchLog::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] {
      return stopping_ || asked_ > served_ || !idle_.load(std::memory_order_relaxed);
    });
    changed_.wait_for(lock, linger, [&] { return stopping_ || asked_ > served_ || flush_now_; });
    bool const last = stopping_;
    auto const serving = asked_;
    flush_now_ = false;
    idle_.store(true, std::memory_order_release);  // before the look: a later first line wakes us
    lock.unlock();
    bool const patient = !last && serving == served_;
    auto const give_up = patient ? std::chrono::steady_clock::time_point::max()
                                 : std::chrono::steady_clock::now() + exit_patience;
    drain(give_up);
    lock.lock();
    if (serving > served_) {
      served_ = serving;
      changed_.notify_all();
    }
    if (last) return;
  }
}

// Writes out every buffer once; forgets those of threads that ended.
void BatchLog::drain(std::chrono::steady_clock::time_point give_up) {
  std::vector<std::shared_ptr<Buffer>> buffers;
  {
    std::lock_guard const lock(mutex_);
    buffers = buffers_;
  }
  for (auto& buffer : buffers) {
    bool const orphan =
        buffer.use_count() == 2;  // this list's and buffers_'s; looked at before the take
    auto const lines = buffer->take();
    send(lines, give_up);
    if (orphan) {
      std::lock_guard const lock(mutex_);
      std::erase(buffers_, buffer);
    }
  }
}

void BatchLog::send(std::string_view lines, std::chrono::steady_clock::time_point give_up) {
  std::string redacted(lines);
  secrets_.redact_lines(redacted);
  std::string_view left = redacted;
  while (!left.empty()) {
    auto const taken = sink_.write(left);
    left.remove_prefix(taken);
    if (taken != 0 || sink_.wait_writable(linger)) continue;
    bool stop = false;
    {
      std::lock_guard const lock(mutex_);
      stop = stopping_ || asked_ > served_;
    }
    if (stop && give_up == std::chrono::steady_clock::time_point::max()) {
      give_up = std::chrono::steady_clock::now() + exit_patience;
    }
    if (std::chrono::steady_clock::now() >= give_up) {
      sink_.count_dropped(static_cast<std::uint64_t>(std::count(left.begin(), left.end(), '\n')));
      return;
    }
  }
}

}  // namespace rampart::base
