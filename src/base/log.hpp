// The operational log: one JSON object a line (or text for people at a terminal) on the sink's
// descriptor. A root Logger is made once in the wiring and passed by reference; children share its
// core. Thread-safe.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"
#include "base/log_secrets.hpp"
#include "base/log_sink.hpp"

namespace rampart::base {

enum class Level : std::uint8_t { debug, info, warning, error };
enum class LogFormat { json, console };

std::string_view to_string(Level level);

/// A field's value that is JSON text already; the caller vouches that it is valid.
struct RawJson {
  std::string_view text;
};
/// A field's value that is a list of strings, such as a stack: an array, or one line each on a
/// console.
using LogLines = std::span<std::string const>;

using LogValue =
    std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool, RawJson, LogLines>;

/// One key and value. Views only: a Field lives no longer than the call it is passed to.
struct Field {
  std::string_view key;
  LogValue value;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, char const* v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, std::string const& v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, RawJson v) : key(k), value(v) {}
  Field(std::string_view k, LogLines v) : key(k), value(v) {}
  template <std::same_as<bool> T>
  Field(std::string_view k, T v) : key(k), value(v) {}
  template <std::signed_integral T>
  Field(std::string_view k, T v) : key(k), value(static_cast<std::int64_t>(v)) {}
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  Field(std::string_view k, T v) : key(k), value(static_cast<std::uint64_t>(v)) {}
  template <std::floating_point T>
  Field(std::string_view k, T v) : key(k), value(static_cast<double>(v)) {}
};

struct LogOptions {
  Level level = Level::info;
  LogFormat format = LogFormat::json;
  bool colour = false;                 ///< console only; for a terminal
  std::size_t field_bytes = 8 * 1024;  ///< of one value; the rest is cut and marked
  std::size_t line_bytes = 64 * 1024;  ///< fields past this are left out and counted
};

class Logger {
 public:
  /// `sink`, `secrets` and `clock` outlive every logger.
  Logger(LogSink& sink, Secrets const& secrets, LogOptions options = LogOptions(),
         Clock const& clock = system_clock(), std::string name = "rampart");

  /// A logger with its own "logger" field.
  Logger child(std::string name) const;
  /// A logger whose lines carry the ids of one request; empty ids are left out.
  Logger bound(std::string request_id, std::string trace_id = std::string(),
               std::string span_id = std::string()) const;

  bool enabled(Level level) const;
  /// Of this logger and all that share its core.
  void set_level(Level level) const;

  void debug(std::string_view event, std::initializer_list<Field> fields = {}) const;
  void info(std::string_view event, std::initializer_list<Field> fields = {}) const;
  void warning(std::string_view event, std::initializer_list<Field> fields = {}) const;
  void error(std::string_view event, std::initializer_list<Field> fields = {}) const;
  void log(Level level, std::string_view event, std::span<Field const> fields) const;
  /// The exception's type, message, causes and, if it was recorded, the stack of its throw site.
  void exception(Level level, std::string_view event, std::exception_ptr const& what,
                 std::initializer_list<Field> fields = {}) const;

 private:
  class Core;
  std::shared_ptr<Core> core_;  // shared by a root and its children, whichever lives longest
  std::string name_;
  std::string request_id_;
  std::string trace_id_;
  std::string span_id_;
};

}  // namespace rampart::base
