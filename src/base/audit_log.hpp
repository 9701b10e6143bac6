// Who asked for what, and how it ended: one JSON line for each request, to stderr or to a file of
// its own that log rotation may move away. Written in batches; what cannot be written is counted.
// Thread-safe.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/batch_log.hpp"
#include "base/clock.hpp"
#include "rampart/error.hpp"

namespace rampart::base {

/// Empty strings are left out of the line, except method and outcome. Every string is cut at 256
/// bytes.
struct AuditRecord {
  std::string_view event = "call";
  std::string_view request_id;
  std::string_view client_id;
  std::string_view client_address;
  std::string_view method;
  std::string_view target_key;  ///< what `target` is: tool, prompt or uri
  std::string_view target;
  std::string_view arguments_sha256;
  std::string_view outcome;
  int code = 0;  ///< JSON-RPC code, 0 for none; HTTP status of what was refused before
  std::chrono::nanoseconds duration{0};
  std::string_view trace_id;
};

class AuditLog {
 public:
  /// Of each writing thread: some ten thousand lines.
  static constexpr std::size_t buffer_bytes = 4 * 1024 * 1024;

  /// `where`: "stderr", or the path of a file, which is made for its owner alone (0600) and
  /// appended to. Errors name the path and the system's reason. `secrets` and `clock` outlive the
  /// log.
  static Result<std::unique_ptr<AuditLog>> open(std::string const& where, Secrets const& secrets,
                                                Clock const& clock = system_clock());

  void write(AuditRecord const& record);
  /// Opens the file anew, after it was moved away. On an error the old one is written on.
  Result<void> reopen();
  /// As BatchLog's.
  void flush() { lines_.flush(); }
  /// Lines lost since the start.
  std::uint64_t dropped() const { return sink_.dropped(); }
  /// What is free where the file lies; nullopt on stderr, or when it cannot be told.
  struct Free {
    std::uint64_t bytes;
    double inodes;  ///< share of all, 0 to 1
    /// Room for minutes of lines, and for the files that rotation makes.
    bool enough() const { return bytes >= min_bytes && inodes >= min_inodes; }
    static constexpr std::uint64_t min_bytes = 64 << 20;
    static constexpr double min_inodes = 0.01;
  };
  std::optional<Free> free() const;

 private:
  AuditLog(int fd, std::string path, Secrets const& secrets, Clock const& clock);

  struct Descriptor {
    explicit Descriptor(int number) : fd(number) {}
    ~Descriptor();
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    int const fd;  // the same number for ever: reopen() puts another file behind it
  };

  Descriptor const file_;
  std::string const path_;  // empty: stderr
  Clock const& clock_;
  LogSink sink_;
  BatchLog lines_;
};

}  // namespace rampart::base
