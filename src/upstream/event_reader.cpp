#include "upstream/event_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rampart::upstream {
namespace {
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
}  // namespace

Result<void> EventReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (std::exchange(after_cr_, false) && bytes.front() == '\n') bytes.remove_prefix(1);
    std::size_t const end = bytes.find_first_of("\r\n");
    line_.append(bytes.substr(0, end));
    if (line_.size() + event_.data.size() > max_event_bytes_)
      return fail(Errc::unavailable, "the upstream sent an event of more than " +
                                         std::to_string(max_event_bytes_) + " bytes");
    if (end == std::string_view::npos) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line();
  }
  return {};
}

std::optional<ServerEvent> EventReader::next() {
  if (ready_.empty()) return std::nullopt;
  ServerEvent event = std::move(ready_.front());
  ready_.pop_front();
  return event;
}

void EventReader::end_line() {
  std::string_view line = line_;
  if (std::exchange(first_line_, false) && line.starts_with(byte_order_mark))
    line.remove_prefix(byte_order_mark.size());
  if (line.empty()) {
    dispatch();
  } else if (std::size_t const colon = line.find(':'); colon == std::string_view::npos) {
    field(line, {});
  } else if (colon > 0) {
    std::string_view const value = line.substr(colon + 1);
    field(line.substr(0, colon), value.substr(value.starts_with(' ') ? 1 : 0));
  }
  // A line that a large event made large is not kept.
  if (line_.capacity() > (std::size_t{64} << 10)) std::string().swap(line_);
  line_.clear();
}

void EventReader::field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (std::exchange(has_data_, true)) event_.data += '\n';
    event_.data += value;
  } else if (name == "event") {
    event_.type = value;
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) id_ = value;
  } else if (name == "retry") {
    std::uint32_t milliseconds = 0;
    bool const digits =
        !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    auto const read = std::from_chars(value.data(), value.data() + value.size(), milliseconds);
    if (digits && read.ec == std::errc()) retry_ = std::chrono::milliseconds(milliseconds);
  }
}

void EventReader::dispatch() {
  last_id_ = id_;
  ServerEvent event = std::exchange(event_, ServerEvent());
  if (std::exchange(has_data_, false)) ready_.push_back(std::move(event));
}

}  // namespace rampart::upstream
