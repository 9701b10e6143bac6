#include "base/log.hpp"

#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/sink.h>

#include <atomic>
#include <vector>

#include "base/log_exception.hpp"
#include "base/log_render.hpp"
#include "base/log_text.hpp"

namespace rampart::base {
namespace {

spdlog::level::level_enum spd_level(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view colour_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return "\x1b[36m";
    case spdlog::level::info:
      return "\x1b[32m";
    case spdlog::level::warn:
      return "\x1b[33m";
    default:
      return "\x1b[31m";
  }
}

// JSON lines arrive finished; for a console spdlog's pattern adds local time and level.
std::string pattern_of(LogOptions const& options) {
  return options.format == LogFormat::json ? "%v" : "%H:%M:%S.%e %^%-7l%$ %n: %v";
}

class DescriptorSink final : public spdlog::sinks::sink {
 public:
  DescriptorSink(LogSink& out, Secrets const& secrets, LogOptions const& options)
      : out_(out),
        secrets_(secrets),
        colour_(options.colour),
        formatter_(pattern_of(options), spdlog::pattern_time_type::local, "\n") {}

  void log(spdlog::details::log_msg const& message) override {
    spdlog::memory_buf_t formatted;
    {
      std::lock_guard const lock(mutex_);  // a pattern formatter keeps the last second it rendered
      formatter_.format(message, formatted);
    }
    std::string line(formatted.data(), formatted.size());
    if (colour_ && message.color_range_end > message.color_range_start) {
      line.insert(message.color_range_end, "\x1b[0m");
      line.insert(message.color_range_start, colour_of(message.level));
    }
    secrets_.redact_lines(line);
    out_.write_line(line);
  }
  void flush() override {}
  void set_pattern(std::string const&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  LogSink& out_;
  Secrets const& secrets_;
  bool colour_;
  std::mutex mutex_;
  spdlog::pattern_formatter formatter_;
};

void append_member(std::string& out, std::string_view key, std::string_view value) {
  out += ",\"";
  out += key;
  out += "\":";
  append_quoted(out, value);
}

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "error";
}

class Logger::Core {
 public:
  Core(LogSink& sink, Secrets const& secrets, LogOptions const& options, Clock const& clock)
      : options(options),
        secrets(secrets),
        clock(clock),
        level(options.level),
        sink(sink, secrets, options) {}

  LogOptions const options;
  Secrets const& secrets;
  Clock const& clock;
  std::atomic<Level> level;
  DescriptorSink sink;
};

Logger::Logger(LogSink& sink, Secrets const& secrets, LogOptions options, Clock const& clock,
               std::string name)
    : core_(std::make_shared<Core>(sink, secrets, options, clock)), name_(std::move(name)) {}

Logger Logger::child(std::string name) const {
  Logger copy(*this);
  copy.name_ = std::move(name);
  return copy;
}

Logger Logger::bound(std::string request_id, std::string trace_id, std::string span_id) const {
  Logger copy(*this);
  copy.request_id_ = std::move(request_id);
  copy.trace_id_ = std::move(trace_id);
  copy.span_id_ = std::move(span_id);
  return copy;
}

bool Logger::enabled(Level level) const {
  return level >= core_->level.load(std::memory_order_relaxed);
}
void Logger::set_level(Level level) const { core_->level.store(level, std::memory_order_relaxed); }

void Logger::debug(std::string_view event, std::initializer_list<Field> fields) const {
  log(Level::debug, event, std::span(fields.begin(), fields.size()));
}
void Logger::info(std::string_view event, std::initializer_list<Field> fields) const {
  log(Level::info, event, std::span(fields.begin(), fields.size()));
}
void Logger::warning(std::string_view event, std::initializer_list<Field> fields) const {
  log(Level::warning, event, std::span(fields.begin(), fields.size()));
}
void Logger::error(std::string_view event, std::initializer_list<Field> fields) const {
  log(Level::error, event, std::span(fields.begin(), fields.size()));
}

void Logger::log(Level level, std::string_view event, std::span<Field const> fields) const {
  if (!enabled(level)) return;
  auto const now = core_->clock.wall();
  bool const json = core_->options.format == LogFormat::json;
  std::string body;
  if (json) {
    body += "{\"timestamp\":\"";
    body += timestamp(now);
    body += '"';
    append_member(body, "level", to_string(level));
    append_member(body, "logger", name_);
    append_member(body, "event", clip(event, core_->options.field_bytes));
    if (!request_id_.empty()) append_member(body, "request_id", request_id_);
    if (!trace_id_.empty()) append_member(body, "trace_id", trace_id_);
    if (!span_id_.empty()) append_member(body, "span_id", span_id_);
  } else {
    body += event;
  }
  FieldWriter writer(body, core_->options, core_->secrets);
  for (auto const& field : fields) writer.add(field);
  if (!json && !request_id_.empty()) writer.add(Field("request_id", request_id_));
  writer.finish();
  if (json) body += '}';
  core_->sink.log(
      spdlog::details::log_msg(now, spdlog::source_loc{}, name_, spd_level(level), body));
}

void Logger::exception(Level level, std::string_view event, std::exception_ptr const& what,
                       std::initializer_list<Field> fields) const {
  if (!enabled(level)) return;
  auto const info = describe(what);
  std::string causes;
  for (auto const& cause : info.causes) {
    causes += causes.empty() ? "[{\"type\":" : ",{\"type\":";
    append_quoted(causes, cause.type);
    causes += ",\"message\":";
    append_quoted(causes, clip(cause.message, core_->options.field_bytes / 8));
    causes += '}';
  }
  std::vector<Field> all(fields);
  all.emplace_back("error_type", info.type);
  all.emplace_back("error_message", info.message);
  if (!causes.empty()) {
    causes += ']';
    all.emplace_back("error_causes", RawJson{causes});
  }
  if (!info.stack.empty()) all.emplace_back("stack", LogLines(info.stack));
  log(level, event, all);
}

}  // namespace rampart::base
