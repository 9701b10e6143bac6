// One line for each finished request, cheap enough for the request path: it is formatted straight
// into the calling thread's buffer, and a flusher thread writes the buffers out. Thread-safe.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace rampart::base {

/// Empty strings are left out of the line, except method and status. Every string is cut at
/// AccessLog::field_bytes.
struct AccessRecord {
  std::string_view event = "request";
  std::string_view request_id;
  std::string_view method;
  std::string_view tool;
  std::string_view status;
  int code = 0;  ///< HTTP status or JSON-RPC code, as the caller chose
  std::chrono::nanoseconds duration{0};
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::string_view protocol_version;
  std::string_view client_id;
  std::string_view trace_id;
  std::string_view span_id;
};

class AccessLog {
 public:
  static constexpr std::size_t field_bytes = 256;
  /// Lines wait at most this long for the flusher.
  static constexpr std::chrono::milliseconds linger{100};
  /// A buffer this full is written at once.
  static constexpr std::size_t wake_bytes = 64 * 1024;
  /// After the end of the log a slow reader gets this long to take what is left.
  static constexpr std::chrono::milliseconds exit_patience{1000};

  struct Options {
    LogFormat format = LogFormat::json;
    /// Lines have level info: nothing is written while this logger would not. Null: always written.
    Logger const* follows = nullptr;
    /// Of each writing thread; lines that do not fit are dropped and counted by the sink.
    std::size_t buffer_bytes = 1024 * 1024;
  };

  /// `sink`, `secrets` and `clock` outlive the log.
  AccessLog(LogSink& sink, Secrets const& secrets, Options options,
            Clock const& clock = system_clock());
  AccessLog(LogSink& sink, Secrets const& secrets) : AccessLog(sink, secrets, Options()) {}
  /// Writes what is left, within exit_patience. No thread may be in write() any more.
  ~AccessLog();
  AccessLog(AccessLog const&) = delete;
  AccessLog& operator=(AccessLog const&) = delete;

  void write(AccessRecord const& record);
  /// Returns when every line written before the call was handed to the sink or given up.
  void flush();

 private:
  class Buffer;
  Buffer& own_buffer();
  void wake(bool now);
  void run();
  void drain(std::chrono::steady_clock::time_point give_up);
  void send(std::string_view lines, std::chrono::steady_clock::time_point give_up);

  LogSink& sink_;
  Secrets const& secrets_;
  Options const options_;
  Clock const& clock_;
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
