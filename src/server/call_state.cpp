#include "server/call_state.hpp"

#include <algorithm>

#include "json/write.hpp"

namespace rampart::server {

void CallState::begin_round() {
  std::lock_guard const lock(mutex_);
  asks_.clear();
  sent_before_ = std::max(sent_before_, sent_now_);
  sent_now_ = 0;
  ++round_;
}

void CallState::continues() {
  std::lock_guard const lock(mutex_);
  sent_now_ = sent_before_;
}

bool CallState::skip_notification() { return ++sent_now_ <= sent_before_; }

void CallState::progress(double value, std::optional<double> total, std::string_view message) {
  if (facts.progress_token.empty() || !channel->can_stream()) return;
  std::string json =
      R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":)";
  json += facts.progress_token;
  json += R"(,"progress":)";
  json::append_double(json, value);
  if (total) {
    json += R"(,"total":)";
    json::append_double(json, *total);
  }
  if (!message.empty() && protocol::has_progress_message(facts.version)) {
    json += R"(,"message":)";
    json::append_string(json, message);
  }
  json += "}}";
  std::lock_guard const lock(mutex_);
  if (skip_notification()) return;
  if (any_progress_ && value <= last_progress_) return;
  any_progress_ = true;
  last_progress_ = value;
  channel->message(std::move(json));
}

void CallState::log(LogLevel level, std::string_view data_json, std::string_view logger) {
  if (!facts.log_level || level < *facts.log_level || !channel->can_stream()) return;
  std::string json = R"({"jsonrpc":"2.0","method":"notifications/message","params":{"level":)";
  json::append_string(json, name(level));
  json += R"(,"logger":)";
  json::append_string(json, logger.empty() ? std::string_view(facts.server_name) : logger);
  json += R"(,"data":)";
  json += data_json;
  json += "}}";
  std::lock_guard const lock(mutex_);
  if (skip_notification()) return;
  channel->message(std::move(json));
}

std::optional<Answer> CallState::answer(std::string_view key) const {
  std::lock_guard const lock(mutex_);
  auto const it = answers_.find(key);
  if (it == answers_.end()) return std::nullopt;
  return it->second;
}

void CallState::ask(Ask ask) {
  std::lock_guard const lock(mutex_);
  if (std::ranges::none_of(asks_, [&](Ask const& other) { return other.key == ask.key; }))
    asks_.push_back(std::move(ask));
}

std::vector<Ask> CallState::take_asks() {
  std::lock_guard const lock(mutex_);
  return std::exchange(asks_, {});
}

void CallState::give(std::string key, Answer answer) {
  std::lock_guard const lock(mutex_);
  answers_.insert_or_assign(std::move(key), std::move(answer));
}

void CallState::discard(std::string_view key) {
  std::lock_guard const lock(mutex_);
  if (auto it = answers_.find(key); it != answers_.end()) answers_.erase(it);
}

std::map<std::string, Answer, std::less<>> CallState::answers() const {
  std::lock_guard const lock(mutex_);
  return answers_;
}

std::optional<std::string> CallState::memo(std::string_view key) const {
  std::lock_guard const lock(mutex_);
  auto const it = memos_.find(key);
  if (it == memos_.end()) return std::nullopt;
  return it->second;
}

void CallState::remember(std::string_view key, std::string json) {
  std::lock_guard const lock(mutex_);
  memos_.insert_or_assign(std::string(key), std::move(json));
}

CallState::Kept CallState::kept() const {
  std::lock_guard const lock(mutex_);
  Kept out;
  for (auto const& [key, answer] : answers_)
    if (!answer.is_error) out.answers.emplace(key, answer.json);
  out.memos = memos_;
  out.round = round_;
  return out;
}

int CallState::round() const {
  std::lock_guard const lock(mutex_);
  return round_;
}

void CallState::restore(Kept kept) {
  std::lock_guard const lock(mutex_);
  for (auto& [key, json] : kept.answers)
    answers_.insert_or_assign(key, Answer{std::move(json), false});
  for (auto& [key, json] : kept.memos) memos_.insert_or_assign(key, std::move(json));
  round_ = kept.round;
}

}  // namespace rampart::server
