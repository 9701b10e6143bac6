// Where log lines leave the process: one descriptor, shared by the operational and the access log.
// Thread-safe. Never waits for a slow reader unless asked to, so a stuck log collector cannot stop
// a loop.
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace rampart::base {

class LogSink {
 public:
  /// Does not own `fd`. A pipe, socket or terminal is written in pieces of whole lines of at most
  /// PIPE_BUF bytes (atomic, even among processes); a file in one write.
  explicit LogSink(int fd);

  /// Takes as many of these whole lines as can leave now and returns how many bytes were taken.
  /// A line that left half way counts as taken: its rest goes out before anything else.
  std::size_t write(std::string_view lines);
  /// Waits until the descriptor takes bytes; false after `timeout`.
  bool wait_writable(std::chrono::milliseconds timeout) const;

  /// One operational line. Waits up to `patience` for a slow reader, but only for the first line
  /// that meets it; then lines are dropped and counted until one passes again.
  void write_line(std::string_view line);
  static constexpr std::chrono::milliseconds patience{200};

  bool is_terminal() const;
  void count_dropped(std::uint64_t lines) { dropped_.fetch_add(lines, std::memory_order_relaxed); }
  /// Lines lost since the start: mcp_log_lines_dropped_total.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  std::size_t write_bytes(std::string_view bytes);  // under mutex_
  bool write_rest();                                // under mutex_

  int fd_;
  bool streams_;  // may be full: pipe, socket, terminal
  std::mutex mutex_;
  std::string rest_;     // of a line that left half way
  bool midway_ = false;  // the last byte that left ends no line
  bool torn_ = false;    // such a line's rest was lost
  std::atomic<bool> stalled_{false};
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace rampart::base
