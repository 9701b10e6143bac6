// The messages of one request, or of a session's own stream, in order: filled from any thread,
// emptied by whoever serves it over HTTP. Legacy sessions keep what was sent for a while, so that a
// client that lost its connection can come back for it (Last-Event-ID).
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/channel.hpp"

namespace rampart::server {

class MessageStream : public Channel {
 public:
  struct Options {
    bool streaming = true;            ///< the client accepts an event stream
    bool keep = false;                ///< keep sent messages for replay
    std::size_t max_messages = 1024;  ///< waiting or kept; the oldest kept ones go first
    std::size_t max_bytes = 4 << 20;
  };
  struct Event {
    std::uint64_t number;  ///< from 1, without gaps
    std::string json;
  };

  explicit MessageStream(Options options) : options_(options) {}

  // Producer side (Channel).
  void message(std::string json) override;
  void reply(Reply reply) override;
  bool can_stream() const override { return options_.streaming; }
  void release() override;

  // Consumer side.
  /// Called, outside the lock, whenever there may be something to take; replaces an earlier one.
  void on_ready(std::function<void()> ready);
  /// Moves out (or, when keeping, copies) what comes after `after`.
  std::vector<Event> take(std::uint64_t after);
  bool has_messages(std::uint64_t after) const;
  /// Kept streams number the reply as their last event, which take() gives.
  bool keeps() const { return options_.keep; }
  bool finished() const;
  /// Moves it out, unless take() has given it as an event.
  Reply take_reply();
  /// The reply, once it is there and nothing else was produced: an answer that need not be a
  /// stream. With `unless_success` only one that is no result with a body.
  std::optional<Reply> take_lone_reply(bool unless_success);
  /// Asked for by Context::release_stream; the consumer clears it by reading.
  bool take_released();
  bool released() const;
  /// The newest event that reached a client: where one without a Last-Event-ID goes on.
  std::uint64_t delivered() const;
  void set_delivered(std::uint64_t number);
  /// True when messages were lost because the bounds were reached.
  bool overflowed() const;
  /// Number of the newest event.
  std::uint64_t last() const;

 private:
  bool reply_waits() const;
  void push(std::string json);
  void notify(std::unique_lock<std::mutex>& lock);

  Options const options_;
  mutable std::mutex mutex_;
  std::vector<Event> events_;  ///< empty for most requests, and then without memory of its own
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t delivered_ = 0;
  bool finished_ = false;
  bool released_ = false;
  bool overflowed_ = false;
  std::uint64_t messages_ = 0;
  Reply reply_;
  std::function<void()> ready_;
};

}  // namespace rampart::server
