#include "transport/sse.hpp"

#include <charconv>

namespace rampart::transport::sse {

std::string text(EventId id) { return std::to_string(id.stream) + "-" + std::to_string(id.number); }

std::optional<EventId> parse_event_id(std::string_view text) {
  EventId id;
  char const* const end = text.data() + text.size();
  auto const first = std::from_chars(text.data(), end, id.stream);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return std::nullopt;
  auto const second = std::from_chars(first.ptr + 1, end, id.number);
  if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  return id;
}

void append_message(std::string& out, std::string_view json, std::optional<EventId> id) {
  if (id) ((out += "id: ") += text(*id)) += '\n';
  ((out += "event: message\ndata: ") += json) += "\n\n";
}

void append_priming(std::string& out, EventId id, int retry) {
  (((out += "id: ") += text(id)) += "\nretry: ") += std::to_string(retry);
  out += "\ndata: \n\n";
}

void append_retry(std::string& out, int milliseconds) {
  ((out += "retry: ") += std::to_string(milliseconds)) += "\n\n";
}

}  // namespace rampart::transport::sse
