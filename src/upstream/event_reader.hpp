// Server-sent events as they come, in pieces of any size (HTML Living Standard, sections 9.2.5
// and 9.2.6).
#pragma once
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "rampart/error.hpp"

namespace rampart::upstream {

struct ServerEvent {
  std::string type;  ///< empty: "message"
  std::string data;  ///< lines joined by line feeds; may be empty
};

class EventReader {
 public:
  /// `max_event_bytes`: of one event's lines together, comments included one by one.
  explicit EventReader(std::size_t max_event_bytes) : max_event_bytes_(max_event_bytes) {}

  /// Errors: unavailable: an event beyond the bound; the stream is then meaningless. What has no
  /// end yet when the stream ends is no event.
  Result<void> feed(std::string_view bytes);
  /// The next event that is complete.
  std::optional<ServerEvent> next();

  /// The last id that came with an event, also with one without data; empty: none. For
  /// Last-Event-ID. It is ahead of next() while events wait.
  std::string const& last_id() const { return last_id_; }
  /// How long the server wants its clients to wait before they come back.
  std::optional<std::chrono::milliseconds> retry() const { return retry_; }

 private:
  void end_line();
  void field(std::string_view name, std::string_view value);
  void dispatch();

  std::size_t const max_event_bytes_;
  std::string line_;
  std::deque<ServerEvent> ready_;
  ServerEvent event_;
  bool has_data_ = false;
  std::string id_;
  std::string last_id_;
  std::optional<std::chrono::milliseconds> retry_;
  bool first_line_ = true;
  bool after_cr_ = false;
};

}  // namespace rampart::upstream
