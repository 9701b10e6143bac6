// One line for each finished request. Thread-safe.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/batch_log.hpp"
#include "base/clock.hpp"
#include "base/line_parts.hpp"
#include "base/log.hpp"

namespace rampart::base {

/// Empty strings are left out of the line, except the status. Every string is cut at
/// AccessLog::field_bytes. Without a method it was no request yet: duration and bytes are left out.
struct AccessRecord {
  std::string_view event = "request";
  std::string_view request_id;
  std::string_view method;
  std::string_view tool;
  std::string_view status;
  std::string_view reason;  ///< why it was refused before it was a request
  int code = 0;             ///< HTTP status or JSON-RPC code, as the caller chose
  std::chrono::nanoseconds duration{0};
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::string_view protocol_version;
  std::string_view client_id;
  std::string_view client_address;
  std::string_view upstream;
  std::string_view trace_id;
  std::string_view span_id;
};

class AccessLog {
 public:
  static constexpr std::size_t field_bytes = line_field_bytes;

  struct Options {
    LogFormat format = LogFormat::json;
    /// Lines have level info: nothing is written while this logger would not. Null: always written.
    Logger const* follows = nullptr;
    std::size_t buffer_bytes = 1024 * 1024;  ///< see BatchLog
  };

  /// `sink`, `secrets` and `clock` outlive the log.
  AccessLog(LogSink& sink, Secrets const& secrets, Options options,
            Clock const& clock = system_clock());
  AccessLog(LogSink& sink, Secrets const& secrets) : AccessLog(sink, secrets, Options()) {}

  void write(AccessRecord const& record);
  /// As BatchLog's.
  void flush() { lines_.flush(); }

 private:
  Options const options_;
  Clock const& clock_;
  BatchLog lines_;
};

}  // namespace rampart::base
