// What a handler may know about the client that called it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace rampart {

/// What the client declared it can do, in this request (2026-07-28) or in its handshake (older).
struct ClientCapabilities {
  bool sampling = false;
  bool sampling_tools = false;
  bool sampling_context = false;
  bool elicitation_form = false;
  bool elicitation_url = false;
  bool roots = false;
  bool roots_list_changed = false;
  bool operator==(ClientCapabilities const&) const = default;
};

/// RFC 5424 severities, ascending.
enum class LogLevel { debug, info, notice, warning, error, critical, alert, emergency };
std::string_view name(LogLevel level);
std::optional<LogLevel> parse_log_level(std::string_view text);

/// W3C Trace Context of the request as it arrived; empty strings where there was none.
struct TraceContext {
  std::string traceparent;
  std::string tracestate;
  std::string baggage;
  /// 32 hex digits, or empty.
  std::string_view trace_id() const {
    return traceparent.size() >= 55 ? std::string_view(traceparent).substr(3, 32)
                                    : std::string_view();
  }
  /// 16 hex digits, or empty.
  std::string_view span_id() const {
    return traceparent.size() >= 55 ? std::string_view(traceparent).substr(36, 16)
                                    : std::string_view();
  }
};

}  // namespace rampart
