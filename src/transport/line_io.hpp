// Lines over two descriptors: a thread that reads, a thread that writes, both bounded. Plain
// threads, because standard input may be a file or a terminal, which an event loop cannot wait for.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace rampart::transport {

struct LineLimits {
  std::size_t max_line_bytes = 1 << 20;  ///< a longer line is skipped and reported
  std::size_t max_queue_bytes =
      64 << 20;  ///< waiting to be written; beyond it the peer counts as gone
};

class LineReader {
 public:
  enum class Event { line, too_long, end };
  /// `deliver` runs on the reader's thread; it may block to slow the peer down.
  LineReader(int fd, LineLimits limits, std::function<void(Event, std::string)> deliver);
  /// Stops reading; what is delivered is delivered.
  ~LineReader();

 private:
  void run();
  void take(std::string_view bytes);

  int const fd_;
  int wake_fd_;
  LineLimits const limits_;
  std::function<void(Event, std::string)> const deliver_;
  std::string partial_;
  bool skipping_ = false;
  std::thread thread_;
};

/// Thread-safe.
class LineWriter {
 public:
  LineWriter(int fd, LineLimits limits);
  /// Writes what is queued, then stops.
  ~LineWriter();
  /// Adds the line end. Dropped when the peer is gone.
  void write(std::string line);
  /// Waits until the queue is empty or the peer is gone.
  void flush();

 private:
  void run();

  int const fd_;
  LineLimits const limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> queue_;
  std::size_t bytes_ = 0;
  std::condition_variable emptied_;
  bool closing_ = false;
  bool failed_ = false;
  bool writing_ = false;
  std::thread thread_;
};

}  // namespace rampart::transport
