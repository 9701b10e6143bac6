// A legacy upstream's questions for roots. They are about the client, not about a request: most
// servers ask right after the handshake and after notifications/roots/list_changed, when no request
// may be in flight. Such a question is kept for the next request whose client can be asked, which
// goes out only when it is answered. Whether an upstream may know anybody's roots at all was
// decided before its handshake, see pool.cpp.
#include <algorithm>

#include "protocol/error_codes.hpp"
#include "upstream/connection_core.hpp"
#include "upstream/message_render.hpp"

namespace rampart::upstream {
namespace {
constexpr std::string_view changed = "notifications/roots/list_changed";
/// What an upstream takes at most to answer a ping, and so to have asked what it wants to ask.
constexpr std::chrono::seconds patience{1};
/// For taking in the roots it was told of: most servers look at the folders first, and say nothing
/// when they have done so.
constexpr std::chrono::milliseconds moment{50};
}  // namespace

/// `only`: the request that another question would belong to, or null.
std::shared_ptr<Exchange> ConnectionCore::asked_for_roots(std::shared_ptr<Exchange> only) const {
  if (only && only->may_ask_) return only;
  // All who use this connection may answer.
  for (auto const& [id, candidate] : exchanges_)
    if (candidate->role_ == Role::ordinary && candidate->has_roots_) return candidate;
  return nullptr;
}

/// Can the answer of no request in flight depend on a question that is kept?
bool ConnectionCore::may_wait() const {
  return std::ranges::none_of(exchanges_, [](auto const& entry) {
    return entry.second->role_ == Role::ordinary && entry.second->may_ask_;
  });
}

bool ConnectionCore::keep(std::string_view question) {
  if (closed_ || kept_.size() == Exchange::max_questions) return false;
  kept_.emplace_back(question);
  return true;
}

/// The upstream does not wait for the answer any more.
bool ConnectionCore::drop_kept(std::string_view question) {
  if (std::erase(kept_, question) == 0) return false;
  ask_again_ = true;
  return true;
}

void ConnectionCore::answer_kept(std::string_view question, std::string_view json, bool is_error) {
  if (closed_ || std::erase(kept_, question) == 0) return;
  answer(question, json, is_error, 0);
}

/// A new request takes the questions with it that waited for one.
void ConnectionCore::ask_kept(Exchange& exchange, Outgoing& message) {
  if (exchange.role_ != Role::ordinary || !exchange.may_ask_ || kept_.empty()) return;
  auto const waiting = std::exchange(kept_, {});
  if (!exchange.has_roots_) {
    // It may be what the request's answer depends on.
    for (auto const& question : waiting)
      answer(question, render_error(protocol::code::method_not_found, "this client has no roots"),
             true, 0);
    ask_again_ = true;
    return;
  }
  for (auto const& question : waiting)
    push_question(exchange, {question, true}, "roots/list", "{}", Resume::later);
  exchange.held_ = std::move(message);
}

void ConnectionCore::release(Exchange& exchange) {
  if (!exchange.held_ || exchange.open_questions() > 0) return;
  // The deadline does not survive the sending, so that comes in a turn of its own.
  exchange.release_.emplace([&loop = loop_, weak = weak_from_this(), id = exchange.id()] {
    loop.post([weak, id] {
      if (auto const self = weak.lock()) self->send_held(id);
    });
  });
  loop_.arm(*exchange.release_, loop_.now() + moment);
}

void ConnectionCore::send_held(std::int64_t id) {
  auto const exchange = find(id);
  if (!exchange || !exchange->held_ || exchange->open_questions() > 0) return;
  auto message = std::move(*exchange->held_);
  exchange->held_.reset();
  transmit(std::move(message));
}

void ConnectionCore::roots_changed() {
  if (!greeting_ || modern() || !options_.capabilities.roots_list_changed) return;
  ask_again_ = false;
  just_told_ = true;
  notify(changed, "");
}

bool ConnectionCore::unheard() const {
  return just_told_ || (ask_again_ && options_.capabilities.roots_list_changed);
}

// Messages are read in order: what it asks because of what it was told comes before its answer to a
// ping.
Task<void> ConnectionCore::hear_out(std::shared_ptr<ConnectionCore> self) {
  if (self->ask_again_) self->roots_changed();
  self->just_told_ = false;
  auto const heard = co_await check(self, self->loop_.now() + patience);
  static_cast<void>(heard);
}

}  // namespace rampart::upstream
