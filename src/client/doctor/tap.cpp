#include "client/doctor/tap.hpp"

#include "client/doctor/findings.hpp"
#include "client/text.hpp"
#include "upstream/message.hpp"

namespace rampart::client {

Tap::Tap(std::unique_ptr<upstream::Link> link, Traffic& traffic, std::function<void()> on_arrival)
    : link_(std::move(link)), traffic_(traffic), on_arrival_(std::move(on_arrival)) {
  traffic_.answered.clear();
  traffic_.answered_the_unreadable = false;
}

void Tap::listen(upstream::LinkEvents& events) {
  events_ = &events;
  link_->listen(*this);
}

void Tap::count(std::string const& line) {
  auto const message = upstream::read_message(line);
  // Batches are lines of older revisions.
  if (!message && upstream::batch_items(line)) return;
  if (!message) {
    ++traffic_.noise_lines;
    traffic_.noise_bytes += line.size();
    if (traffic_.first_noise.empty()) traffic_.first_noise = first_line(line, longest_quote);
    return;
  }
  if (message->kind != upstream::Message::Kind::response) return;
  if (auto const id = upstream::integer_of(message->id)) traffic_.answered.insert(*id);
  bool const anonymous = message->id.empty() || message->id == "null";
  traffic_.answered_the_unreadable |= anonymous && !message->error.empty();
}

void Tap::on_message(upstream::Arrival arrival) {
  count(arrival.json);
  if (on_arrival_) on_arrival_();
  events_->on_message(std::move(arrival));
}

void Tap::on_broken(std::int64_t request, upstream::Broken why) {
  events_->on_broken(request, std::move(why));
}

}  // namespace rampart::client
