#include "redis/pipeline.hpp"

#include <utility>

namespace rampart::redis {

bool Pipeline::has_room(std::size_t commands, std::size_t bytes) const {
  return waiting_.size() + commands <= limits_.max_commands &&
         unsent().size() + bytes <= limits_.max_unsent_bytes;
}

void Pipeline::push(std::string_view command, base::Steady::time_point deadline, Done done) {
  out_ += command;
  waiting_.push_back({deadline, std::move(done)});
}

void Pipeline::sent(std::size_t bytes) {
  sent_ += bytes;
  if (sent_ == out_.size()) {
    out_.clear();
    sent_ = 0;
  }
}

Result<void> Pipeline::received(std::string_view bytes, std::vector<Answered>& answered) {
  reader_.feed(bytes);
  for (;;) {
    auto reply = reader_.next();
    if (!reply) return fail(reply.error());
    if (!*reply) return {};
    if (waiting_.empty()) return fail(Errc::unavailable, "it sent a reply that nobody asked for");
    answered.push_back({std::move(waiting_.front().done), std::move(**reply)});
    waiting_.pop_front();
  }
}

std::optional<base::Steady::time_point> Pipeline::next_deadline() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().deadline;
}

std::vector<Pipeline::Done> Pipeline::give_up() {
  std::vector<Done> all;
  for (auto& each : std::exchange(waiting_, {})) all.push_back(std::move(each.done));
  return all;
}

}  // namespace rampart::redis
