// Server-sent events as bytes (HTML Living Standard, section 9.2).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rampart::transport::sse {

/// Where a client can come back to: the stream of a session, and the last event it saw.
struct EventId {
  std::uint64_t stream = 0;
  std::uint64_t number = 0;
};
std::string text(EventId id);
std::optional<EventId> parse_event_id(std::string_view text);

/// One message: JSON text has no raw line breaks, so it is one data line.
void append_message(std::string& out, std::string_view json, std::optional<EventId> id);
/// The first event of a stream that can be resumed: an id, how many milliseconds to wait before
/// coming back, and empty data.
void append_priming(std::string& out, EventId id, int retry);
/// How long to wait before coming back.
void append_retry(std::string& out, int milliseconds);
/// A comment, which keeps the connection alive and says nothing.
inline constexpr std::string_view keep_alive = ":\n\n";

}  // namespace rampart::transport::sse
