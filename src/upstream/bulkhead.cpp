#include "upstream/bulkhead.hpp"

#include <algorithm>

namespace rampart::upstream {

/// Lives in the coroutine that waits.
struct Bulkhead::Waiting {
  explicit Waiting(Bulkhead& of) : of(of), wake(of.loop_), limit([this] { wake.notify(); }) {}
  ~Waiting() {
    if (ticket == 0 || admitted) return;
    of.queue_.withdraw(ticket);
    of.changed();
  }
  Bulkhead& of;
  std::uint64_t ticket = 0;
  async::Wake wake;
  async::Deadline limit;
  bool admitted = false;
  bool out = false;  ///< lost its place in the queue
};

Error Bulkhead::refused(policy::Refusal why, std::chrono::milliseconds retry_after) const {
  Error error(Errc::overloaded, what_ + " is busy: " + std::string(name(why)));
  error.retry_after = retry_after;
  return error;
}

Task<Result<Bulkhead::Place>> Bulkhead::enter(base::Steady::time_point deadline,
                                              std::stop_token stop) {
  Waiting waiting(*this);
  auto const decision = queue_.enter(&waiting, deadline, loop_.now());
  for (auto* const lost : decision.evicted) {
    lost->out = true;
    lost->wake.notify();
  }
  changed();
  using Verdict = policy::AdmissionQueue<Waiting*>::Verdict;
  if (decision.verdict == Verdict::refused)
    co_return Failure(refused(decision.refusal, decision.retry_after));
  if (decision.verdict == Verdict::queued) {
    waiting.ticket = decision.ticket;
    auto press = loop_.now() + crowded_after;
    while (!waiting.admitted && !waiting.out && !stop.stop_requested() && loop_.now() < deadline) {
      loop_.arm(waiting.limit, std::min(deadline, press));
      co_await waiting.wake.wait();
      if (loop_.now() < press) continue;
      press = loop_.now() + crowded_after;
      if (!waiting.admitted && on_crowded) on_crowded();
    }
    if (!waiting.admitted) {
      if (stop.stop_requested()) co_return fail(Errc::cancelled, "withdrawn");
      co_return Failure(refused(policy::Refusal::too_late, queue_.retry_after()));
    }
  }
  co_return Place(this, loop_.now());
}

void Bulkhead::leave(base::Steady::time_point since) {
  auto const now = loop_.now();
  wake(queue_.leave(now, now - since));
}

void Bulkhead::wake(policy::AdmissionQueue<Waiting*>::Woken const& woken) {
  for (auto* const next : woken.admitted) {
    next->admitted = true;
    next->wake.notify();
  }
  for (auto* const late : woken.expired) {
    late->out = true;
    late->wake.notify();
  }
  changed();
}

void Bulkhead::adapt(policy::ConcurrencyLimit::Options options) {
  limit_.emplace(options);
  follow_limit();
}

void Bulkhead::answered(std::string_view kind, base::Steady::duration took) {
  if (!limit_) return;
  limit_->answered(kind, took, queue_.in_flight(), loop_.now());
  follow_limit();
}

void Bulkhead::overloaded(base::Steady::time_point began) {
  if (!limit_) return;
  limit_->overloaded(began, loop_.now());
  follow_limit();
}

void Bulkhead::follow_limit() {
  auto const bound = limit_->limit();
  if (bound == queue_.max_in_flight()) return;
  wake(queue_.set_max_in_flight(bound, loop_.now()));
  if (on_limit) on_limit(bound);
}

}  // namespace rampart::upstream
