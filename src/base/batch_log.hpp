// Log lines that leave in batches, cheap enough for the request path: a line is formatted straight
// into the calling thread's buffer, and a flusher thread writes the buffers out. Thread-safe.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/log_secrets.hpp"
#include "base/log_sink.hpp"

namespace rampart::base {

class BatchLog {
 public:
  /// Lines wait at most this long for the flusher.
  static constexpr std::chrono::milliseconds linger{100};
  /// A buffer this full is written at once.
  static constexpr std::size_t wake_bytes = 64 * 1024;
  /// After the end of the log a slow reader gets this long to take what is left.
  static constexpr std::chrono::milliseconds exit_patience{1000};

  /// `sink` and `secrets` outlive the log. `buffer_bytes` are those of each writing thread; lines
  /// that do not fit are dropped and counted by the sink. No line is longer than `max_line`.
  BatchLog(LogSink& sink, Secrets const& secrets, std::size_t buffer_bytes, std::size_t max_line);
  /// Writes what is left, within exit_patience. No thread may be in write() any more.
  ~BatchLog();
  BatchLog(BatchLog const&) = delete;
  BatchLog& operator=(BatchLog const&) = delete;

  /// `write_line` gets a place with max_line bytes, writes one line there with its line end, and
  /// returns its end.
  template <class Write>
  void write(Write const& write_line) {
    note(own_buffer().add(max_line_, write_line));
  }
  /// Returns when every line written before the call was handed to the sink or given up.
  void flush();

 private:
  // Two blocks: the thread fills one while the flusher writes the other. Pages that were never
  // written cost no memory.
  class Buffer {
   public:
    explicit Buffer(std::size_t capacity)
        : capacity_(capacity),
          filling_(std::make_unique_for_overwrite<char[]>(capacity)),
          leaving_(std::make_unique_for_overwrite<char[]>(capacity)) {}

    enum class Added { dropped, first, some, enough };

    template <class Write>
    Added add(std::size_t max_line, Write const& write_line) {
      std::lock_guard const lock(mutex_);
      if (capacity_ - used_ < max_line) return Added::dropped;
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

  Buffer& own_buffer();
  void note(Buffer::Added added);
  void wake(bool now);
  void run();
  void drain(std::chrono::steady_clock::time_point give_up);
  void send(std::string_view lines, std::chrono::steady_clock::time_point give_up);

  LogSink& sink_;
  Secrets const& secrets_;
  std::size_t const buffer_bytes_;
  std::size_t const max_line_;
  std::uint64_t const serial_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Buffer>> buffers_;  // also held by the writing thread, until it ends
  bool flush_now_ = false;
  bool stopping_ = false;
  std::uint64_t asked_ = 0;   // flushes asked for
  std::uint64_t served_ = 0;  // and done

  std::atomic<bool> idle_{true};  // the flusher sleeps until somebody writes
  std::thread flusher_;
};

}  // namespace rampart::base
