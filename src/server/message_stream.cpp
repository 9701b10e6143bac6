#include "server/message_stream.hpp"

#include <algorithm>
#include <string_view>

namespace rampart::server {
namespace {

/// list_changed and updated: a waiting twin says all that a second one would. Two equal log
/// messages are two.
bool says_changed(std::string_view json) {
  constexpr std::string_view begin = R"({"jsonrpc":"2.0","method":"notifications/)";
  if (!json.starts_with(begin)) return false;
  json.remove_prefix(begin.size());
  return json.starts_with("tools/") || json.starts_with("prompts/") ||
         json.starts_with("resources/");
}

}  // namespace

void MessageStream::notify(std::unique_lock<std::mutex>& lock) {
  auto const ready = ready_;
  lock.unlock();
  if (ready) ready();
}

// A kept one becomes an event when it is first taken as one: an answer that goes out whole, as most
// do, is not copied.
bool MessageStream::reply_waits() const { return options_.keep && !reply_.json.empty(); }

void MessageStream::push(std::string json) {
  bytes_ += json.size();
  events_.push_back(Event{++last_, std::move(json)});
}

void MessageStream::message(std::string json) {
  std::unique_lock lock(mutex_);
  if (finished_) return;
  if (!options_.keep && says_changed(json) &&
      std::ranges::any_of(events_, [&](Event const& e) { return e.json == json; }))
    return;
  while (options_.keep && !events_.empty() &&
         (events_.size() >= options_.max_messages || bytes_ + json.size() > options_.max_bytes)) {
    bytes_ -= events_.front().json.size();
    events_.erase(events_.begin());
  }
  if (events_.size() >= options_.max_messages || bytes_ + json.size() > options_.max_bytes) {
    overflowed_ = true;
    return;
  }
  ++messages_;
  push(std::move(json));
  notify(lock);
}

void MessageStream::reply(Reply reply) {
  std::unique_lock lock(mutex_);
  if (finished_) return;
  finished_ = true;
  reply_ = std::move(reply);
  notify(lock);
}

void MessageStream::release() {
  std::unique_lock lock(mutex_);
  released_ = true;
  notify(lock);
}

void MessageStream::on_ready(std::function<void()> ready) {
  std::lock_guard const lock(mutex_);
  ready_ = std::move(ready);
}

std::vector<MessageStream::Event> MessageStream::take(std::uint64_t after) {
  std::lock_guard const lock(mutex_);
  std::vector<Event> out;
  if (options_.keep) {
    if (reply_waits()) push(std::exchange(reply_.json, {}));
    for (Event const& event : events_)
      if (event.number > after) out.push_back(event);
    return out;
  }
  bytes_ = 0;
  out.swap(events_);
  return out;
}

bool MessageStream::has_messages(std::uint64_t after) const {
  std::lock_guard const lock(mutex_);
  return reply_waits() || (!events_.empty() && events_.back().number > after);
}
bool MessageStream::finished() const {
  std::lock_guard const lock(mutex_);
  return finished_;
}
Reply MessageStream::take_reply() {
  std::lock_guard const lock(mutex_);
  return std::move(reply_);
}
std::optional<Reply> MessageStream::take_lone_reply(bool unless_success) {
  std::lock_guard const lock(mutex_);
  bool const success = reply_.http_status == 200 && !reply_.json.empty();
  if (!finished_ || messages_ > 0 || (unless_success && success)) return std::nullopt;
  return std::move(reply_);
}
bool MessageStream::take_released() {
  std::lock_guard const lock(mutex_);
  return std::exchange(released_, false);
}
bool MessageStream::released() const {
  std::lock_guard const lock(mutex_);
  return released_;
}
std::uint64_t MessageStream::delivered() const {
  std::lock_guard const lock(mutex_);
  return delivered_;
}
void MessageStream::set_delivered(std::uint64_t number) {
  std::lock_guard const lock(mutex_);
  delivered_ = std::max(delivered_, number);
}
bool MessageStream::overflowed() const {
  std::lock_guard const lock(mutex_);
  return overflowed_;
}
std::uint64_t MessageStream::last() const {
  std::lock_guard const lock(mutex_);
  return last_ + (reply_waits() ? 1 : 0);
}

}  // namespace rampart::server
