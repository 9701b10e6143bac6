// The handshake of a connection, and the question whether it lives.
#include <algorithm>

#include "upstream/connection_core.hpp"

namespace rampart::upstream {

// Waits for the end of a request of the connection's own.
Task<Event> ConnectionCore::ask(std::shared_ptr<ConnectionCore> self,
                                std::shared_ptr<Exchange> exchange, Until until) {
  auto const id = exchange->id();
  async::Deadline deadline([core = self.get(), id] {
    core->forget(id, Error(Errc::deadline, "the upstream did not answer in time"));
  });
  if (!exchange->ended()) self->loop_.arm(deadline, until);
  Event event;
  do {
    event = co_await exchange->next();
  } while (!event.final());
  // Still in flight when it was the wait that was cancelled.
  self->forget(id, Error(Errc::cancelled, "cancelled"));
  co_return event;
}

Task<Verdict> ConnectionCore::discover(std::shared_ptr<ConnectionCore> self, Probe probe,
                                       Until until) {
  bool const over_http = !self->closed_ && self->link_->attributes_questions();
  self->probing_ = probe == Probe::automatic;
  auto exchange = self->send(discover_request(self->options_.capabilities), Role::internal,
                             protocol::latest_modern);
  self->handshake_ = exchange->id();
  Event answer = co_await ask(self, exchange, until);
  self->probing_ = false;
  bool const late = answer.kind == Event::Kind::broken && answer.failure.code == Errc::deadline;
  if (probe == Probe::automatic && !over_http && late) self->late_probe_ = exchange->id();
  co_return judge_discover(answer, probe, over_http);
}

/// A server that starts slowly (npx downloads it first) reads both questions at once. One that
/// speaks both eras has been bound to the older one by the second.
bool ConnectionCore::answers_late_probe(Message const& message) {
  if (late_probe_ == 0 || integer_of(message.id) != late_probe_ || greeting_) return false;
  late_probe_ = 0;
  Event answer;
  answer.kind = message.error.empty() ? Event::Kind::result : Event::Kind::error;
  answer.json = message.error.empty() ? message.result : message.error;
  slow_to_start_ = is_object(answer.json) &&
                   judge_discover(answer, Probe::modern, false).next == Verdict::Next::greet;
  if (slow_to_start_)
    forget(handshake_, Error(Errc::unavailable,
                             "the server was slow to start: it is one of 2026-07-28 and has to be "
                             "opened as such"));
  return slow_to_start_;
}

Task<Verdict> ConnectionCore::initialize(std::shared_ptr<ConnectionCore> self, Until until) {
  auto exchange = self->send(initialize_request(self->options_.capabilities, self->client_info_),
                             Role::internal, protocol::latest_legacy);
  self->handshake_ = exchange->id();
  Event answer = co_await ask(self, exchange, until);
  co_return judge_initialize(answer, self->options_.probe);
}

Result<Greeting> ConnectionCore::settle(Verdict verdict) {
  not_streamable_ = verdict.not_streamable;
  if (verdict.next != Verdict::Next::greet) return fail(std::move(verdict.error));
  if (closed_) return fail(Errc::unavailable, "the upstream ended during the handshake");
  greeting_ = std::move(verdict.greeting);
  link_->negotiated(greeting_->version);
  if (!modern()) notify("notifications/initialized", "");
  just_told_ = !modern() && options_.capabilities.roots && !link_->attributes_questions();
  return *greeting_;
}

Task<Result<Greeting>> ConnectionCore::open(std::shared_ptr<ConnectionCore> self) {
  auto const probe = self->options_.probe;
  auto const now = self->loop_.now();
  auto const until = now + self->options_.handshake_timeout;
  Verdict verdict;
  verdict.next = Verdict::Next::initialize;
  if (probe != Probe::legacy) {
    auto const probe_until =
        probe == Probe::automatic ? std::min(until, now + self->options_.probe_timeout) : until;
    verdict = co_await discover(self, probe, probe_until);
  }
  if (verdict.next == Verdict::Next::initialize) verdict = co_await initialize(self, until);
  if (verdict.next == Verdict::Next::discover)
    verdict = co_await discover(self, Probe::modern, until);
  co_return self->settle(std::move(verdict));
}

Task<Result<void>> ConnectionCore::check(std::shared_ptr<ConnectionCore> self, Until deadline) {
  if (!self->greeting_) co_return fail(Errc::unavailable, "the connection is not open yet");
  Request request = discover_request(self->options_.capabilities);
  if (!self->modern()) request.method = "ping";
  auto exchange = self->send(std::move(request), Role::internal);
  Event answer = co_await ask(self, exchange, deadline);
  if (answer.kind == Event::Kind::broken) co_return fail(std::move(answer.failure));
  co_return Result<void>();
}

}  // namespace rampart::upstream
