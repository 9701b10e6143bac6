#include "upstream/exchange.hpp"

#include <algorithm>

#include "protocol/methods.hpp"
#include "upstream/connection_core.hpp"

namespace rampart::upstream {
namespace {
bool is_notice(Event const& event) {
  return event.kind == Event::Kind::progress || event.kind == Event::Kind::log;
}
}  // namespace

Exchange::Exchange(async::Loop& loop, std::int64_t id, Role role, Request const& request)
    : loop_(loop),
      last_activity_(loop.now()),
      id_(id),
      role_(role),
      may_ask_(protocol::find_method(request.method).may_ask),
      has_roots_(may_ask_ && request.capabilities.roots),
      wants_progress_(request.wants_progress),
      log_level_(request.log_level) {}

Task<Event> Exchange::next() { return take(shared_from_this()); }

Task<Event> Exchange::take(std::shared_ptr<Exchange> self) {
  // What it was woken for may be gone again: a question that was taken back.
  while (self->events_.empty() && !self->ended()) {
    self->wake_.emplace(self->loop_);
    self->waiting_ = true;
    co_await self->wake_->wait();
    // push() takes the mark away, a cancel of the coroutine does not.
    if (std::exchange(self->waiting_, false)) {
      Event cancelled;
      cancelled.failure = Error(Errc::cancelled, "the wait was cancelled");
      co_return cancelled;
    }
  }
  co_return self->pop();
}

Event Exchange::pop() {
  Event event;
  if (events_.empty()) {
    event.failure = Error(Errc::cancelled, "the request is over");
    return event;
  }
  event = std::move(events_.front());
  events_.pop_front();
  if (is_notice(event)) {
    --notices_;
    notice_bytes_ -= event.json.size();
  }
  return event;
}

bool Exchange::keeps_notice(Event const& event) {
  if (notices_ == max_waiting_notices) return false;
  if (notice_bytes_ + event.json.size() > max_waiting_notice_bytes) return false;
  ++notices_;
  notice_bytes_ += event.json.size();
  return true;
}

void Exchange::push(Event event, Resume how) {
  last_activity_ = loop_.now();
  if (is_notice(event) && !keeps_notice(event)) return;
  events_.push_back(std::move(event));
  if (!std::exchange(waiting_, false)) return;
  if (how == Resume::inline_)
    wake_->notify_inline();
  else
    wake_->notify();
}

std::optional<Exchange::Question> Exchange::drop_question(std::string_view question) {
  auto const open = std::ranges::find(questions_, question, &Question::id);
  if (open == questions_.end()) return std::nullopt;
  auto dropped = std::move(*open);
  questions_.erase(open);
  std::erase_if(events_, [&](Event const& event) {
    return event.kind == Event::Kind::question && event.question == question;
  });
  return dropped;
}

std::vector<Exchange::Question> Exchange::take_questions() {
  std::erase_if(events_, [](Event const& event) { return event.kind == Event::Kind::question; });
  return std::exchange(questions_, {});
}

void Exchange::answer(std::string const& question, std::string const& json, bool is_error) {
  if (!connection_) {
    if (auto const keeper = kept_by_.lock()) keeper->answer_kept(question, json, is_error);
    return;
  }
  if (std::erase_if(questions_, [&](auto const& open) { return open.id == question; }) == 0) return;
  connection_->answer(question, json, is_error, id_);
  connection_->release(*this);
}

void Exchange::cancel(std::string_view reason) {
  if (connection_) connection_->cancel(*this, reason);
}

}  // namespace rampart::upstream
