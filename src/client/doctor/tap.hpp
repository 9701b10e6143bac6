// Sits between a connection and the way to the server, and keeps account of what the server writes.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "upstream/link.hpp"

namespace rampart::client {

struct Traffic {
  std::uint64_t noise_lines = 0;  ///< what came and was no JSON-RPC message
  std::uint64_t noise_bytes = 0;
  std::string first_noise;
  std::uint64_t error_lines = 0;  ///< of stderr
  std::uint64_t error_bytes = 0;
  std::set<std::int64_t> answered;       ///< our request ids, of the connection that is open
  bool answered_the_unreadable = false;  ///< an error without an id
};

class Tap final : public upstream::Link, private upstream::LinkEvents {
 public:
  /// `traffic` outlives it. `on_arrival` is called after each message has been counted.
  Tap(std::unique_ptr<upstream::Link> link, Traffic& traffic, std::function<void()> on_arrival);

  void listen(upstream::LinkEvents& events) override;
  void send(upstream::Outgoing message) override { link_->send(std::move(message)); }
  void abandon(std::int64_t request) override { link_->abandon(request); }
  void negotiated(protocol::Version version) override { link_->negotiated(version); }
  bool attributes_questions() const override { return link_->attributes_questions(); }
  void close() override { link_->close(); }

 private:
  void on_message(upstream::Arrival arrival) override;
  void on_broken(std::int64_t request, upstream::Broken why) override;
  void on_released(std::int64_t request) override { events_->on_released(request); }
  void on_closed(Error why) override { events_->on_closed(std::move(why)); }
  void count(std::string const& line);

  std::unique_ptr<upstream::Link> const link_;
  Traffic& traffic_;
  std::function<void()> const on_arrival_;
  upstream::LinkEvents* events_ = nullptr;
};

}  // namespace rampart::client
