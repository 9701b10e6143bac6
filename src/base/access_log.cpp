#include "base/access_log.hpp"

#include <algorithm>
#include <utility>

#include "base/access_line.hpp"

namespace rampart::base {
namespace {

// Tells the logs of one process apart, also when one is made where another one stood: a thread must
// not take the buffer of a log that is gone for its own.
std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

// Two blocks: the thread fills one while the flusher writes the other. Pages that were never
// written cost no memory.
class AccessLog::Buffer {
 public:
  explicit Buffer(std::size_t capacity)
      : capacity_(capacity),
        filling_(std::make_unique_for_overwrite<char[]>(capacity)),
        leaving_(std::make_unique_for_overwrite<char[]>(capacity)) {}

  enum class Added { dropped, first, some, enough };

  template <class Write>
  Added add(Write const& write_line) {
    std::lock_guard const lock(mutex_);
    if (capacity_ - used_ < max_access_line) return Added::dropped;
    auto const before = used_;
    used_ = static_cast<std::size_t>(write_line(filling_.get() + before) - filling_.get());
    if (before < wake_bytes && used_ >= wake_bytes) return Added::enough;
    return before == 0 ? Added::first : Added::some;
  }

  // The lines so far; valid until the next call. Flusher only.
  std::string_view take() {
    std::lock_guard const lock(mutex_);
    std::swap(filling_, leaving_);
    return {leaving_.get(), std::exchange(used_, 0)};
  }

 private:
  std::mutex mutex_;
  std::size_t const capacity_;
  std::unique_ptr<char[]> filling_;
  std::unique_ptr<char[]> leaving_;
  std::size_t used_ = 0;
};

AccessLog::AccessLog(LogSink& sink, Secrets const& secrets, Options options, Clock const& clock)
    : sink_(sink), secrets_(secrets), options_(options), clock_(clock), serial_(next_serial()) {
  flusher_ = std::thread([this] { run(); });
}

AccessLog::~AccessLog() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  flusher_.join();
}

AccessLog::Buffer& AccessLog::own_buffer() {
  struct Mine {
    std::uint64_t serial = 0;
    std::shared_ptr<Buffer> buffer;
  };
  thread_local Mine mine;
  if (mine.serial != serial_) {
    auto const capacity = std::max(options_.buffer_bytes, 2 * max_access_line);
    mine.buffer = std::make_shared<Buffer>(capacity);
    mine.serial = serial_;
    std::lock_guard const lock(mutex_);
    buffers_.push_back(mine.buffer);
  }
  return *mine.buffer;
}

void AccessLog::write(AccessRecord const& record) {
  if (options_.follows != nullptr && !options_.follows->enabled(Level::info)) return;
  auto const at = clock_.wall();
  auto const added = own_buffer().add([&](char* out) {
    return options_.format == LogFormat::json ? write_access_json(out, record, at)
                                              : write_access_console(out, record, at);
  });
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

void AccessLog::wake(bool now) {
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

void AccessLog::flush() {
  std::unique_lock lock(mutex_);
  auto const mine = ++asked_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return served_ >= mine; });
}

void AccessLog::run() {
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
void AccessLog::drain(std::chrono::steady_clock::time_point give_up) {
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

void AccessLog::send(std::string_view lines, std::chrono::steady_clock::time_point give_up) {
  std::string redacted(lines);
  secrets_.redact(redacted);
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
