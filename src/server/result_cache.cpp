#include "server/result_cache.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "json/write.hpp"
#include "policy/jitter.hpp"
#include "server/dispatcher.hpp"
#include "server/stored_result.hpp"

namespace rampart::server {
namespace {

using std::chrono::milliseconds;
using Duration = base::Steady::duration;
using Life = policy::MemoryCache::Life;

/// Whatever ttlMs says.
constexpr std::chrono::hours longest_ttl{24};

Duration kept_stale(Staleness const& stale) {
  return std::max(stale.while_revalidate, stale.if_error);
}

Duration fresh_for(protocol::CacheHints const& hints) {
  constexpr milliseconds longest = longest_ttl;
  auto const ttl = std::min<std::uint64_t>(hints.ttl_ms.value_or(0), longest.count());
  return milliseconds(ttl);
}

protocol::CacheHints hints_left(Duration left, bool is_public) {
  auto const ms = std::chrono::floor<milliseconds>(std::max(left, Duration::zero()));
  return {static_cast<std::uint64_t>(ms.count()), is_public};
}

/// `_meta` says how old it is, and if need be why it is given all the same and when to try again.
void mark_stale(Rendered& answer, Duration age, Error const* failure) {
  auto const ms = std::chrono::floor<milliseconds>(age);
  std::string mark = R"("rampart/stale":{"ageMs":)" + std::to_string(ms.count());
  if (failure) mark += R"(,"reason":)" + json::quoted(failure->message);
  if (failure && failure->retry_after)
    mark += R"(,"retryAfterMs":)" + std::to_string(failure->retry_after->count());
  mark += answer.meta.empty() ? "}" : "},";
  answer.meta.insert(0, mark);
}

}  // namespace

ResultCache::ResultCache(policy::MemoryCache::Options options, Count count, CountStale count_stale)
    : ttl_(options.ttl),
      cache_(options),
      flights_(Landing{nullptr, Outcome::miss, true}),
      count_(std::move(count)),
      count_stale_(std::move(count_stale)) {}

// Processes that filled together do not run together again: up to a tenth of it is taken off.
milliseconds ResultCache::lifetime() const {
  auto const share = 1 - policy::fraction_of(base::random_u64()) / 10;
  auto const part = policy::share_of(ttl_, share);
  return std::chrono::ceil<milliseconds>(part);
}

ResultCache::Found ResultCache::find(CacheQuestion const& question, base::Steady::time_point now) {
  Found out;
  if (!question.public_key.empty()) out = {cache_.find(question.public_key, now), true};
  if (out.in_memory.fresh()) return out;
  auto const own = cache_.find(question.key, now);
  bool const better = !out.in_memory.value || own.left > out.in_memory.left;
  if (own.value && better) out = {own, false};
  return out;
}

/// Answers the call with what memory has, if it may.
ResultCache::Given ResultCache::look(Call& call, CacheQuestion const& question) {
  auto const found = find(question, call.loop.now());
  auto const& [value, age, left] = found.in_memory;
  bool const fresh = found.in_memory.fresh();
  if (!value || (!fresh && -left >= question.stale.while_revalidate)) {
    // Whether it is a hit is known when the shared level has answered.
    if (!shares(question)) count_(Outcome::miss);
    return Given::nothing;
  }
  count_(Outcome::hit);
  if (!fresh) count_stale_(base::StaleReason::revalidate);
  auto answer = restored(*value);
  if (question.hinted) answer.hints = hints_left(left, found.is_public);
  if (!fresh) mark_stale(answer, age, nullptr);
  call.succeed(std::move(answer));
  return fresh ? Given::fresh : Given::stale;
}

/// Nobody waits for it, and one at a time is enough.
void ResultCache::revalidate(Call const& call, PlanPtr const& plan) {
  auto joined = flights_.join(plan->question.key);
  if (joined.role == Flights::Role::leader) begin(*call.again(), plan, std::move(joined.flight));
}

void ResultCache::join(Call& call, PlanPtr const& plan) {
  // Who waits is told on the leader's thread, and goes on at home.
  auto told = [this, weak = call.weak_from_this(), loop = &call.loop,
               plan](Landing const& landing) {
    loop->post([this, weak, plan, landing] {
      if (auto const waiting = weak.lock()) land(*waiting, plan, landing);
    });
  };
  auto joined = flights_.join(plan->question.key, told);
  switch (joined.role) {
    case Flights::Role::leader:
      return begin(call, plan, std::move(joined.flight));
    case Flights::Role::waiting:
      call.on_finish([this, plan, ticket = joined.ticket](Reply const&) {
        flights_.leave(plan->question.key, ticket);
      });
      return call.wait(plan->question.limit);
    case Flights::Role::refused:
      count_late(*plan, Outcome::miss);
      return plan->run(call);
  }
}

void ResultCache::land(Call& call, PlanPtr const& plan, Landing const& landing) {
  if (call.finished()) return;
  if (!landing.abandoned) count_late(*plan, landing.outcome);
  if (landing.value) {
    if (landing.stale) count_stale_(base::StaleReason::error);
    auto answer = restored(*landing.value);
    answer.hints = landing.hints;
    return call.succeed(std::move(answer));
  }
  if (landing.abandoned) return join(call, plan);
  plan->run(call);
}

/// The call leads: it asks the shared level if there is one, then finds the answer out.
void ResultCache::begin(Call& call, PlanPtr const& plan, Flights::Flight flight) {
  auto const leader = std::make_shared<Flights::Flight>(std::move(flight));
  if (!shares(plan->question)) return lead(call, plan, leader, Outcome::miss);
  auto done = [this, weak = call.weak_from_this(), plan, leader](SharedCache::Found const& found) {
    auto const waiting = weak.lock();
    // Without its leader the flight is abandoned, and another leads.
    if (waiting && !waiting->finished()) told_by_shared(*waiting, plan, leader, found);
  };
  if (shared_->get(call.loop, plan->question.key, std::move(done))) return call.wait();
  count_late(*plan, Outcome::miss);
  lead(call, plan, leader, Outcome::miss);
}

void ResultCache::told_by_shared(Call& call, PlanPtr const& plan, Leader const& leader,
                                 SharedCache::Found const& found) {
  auto stored = found.lookup == SharedCache::Lookup::found ? unframed(found.value) : std::nullopt;
  if (stored) {
    auto const& question = plan->question;
    auto const value = std::make_shared<std::string const>(std::move(*stored));
    cache_.put(question.key, value, call.loop.now(),
               Life{std::min<Duration>(found.left, ttl_), kept_stale(question.stale)});
    count_late(*plan, Outcome::hit);
    leader->complete(Landing{value, Outcome::hit});
    return call.succeed(restored(*value));
  }
  auto const outcome = found.lookup == SharedCache::Lookup::failed ? Outcome::error : Outcome::miss;
  count_late(*plan, outcome);
  lead(call, plan, leader, outcome);
}

void ResultCache::lead(Call& call, PlanPtr const& plan, Leader const& leader, Outcome lookup) {
  auto ended = [this, plan, leader, loop = &call.loop, lookup](Result<Rendered>& outcome) {
    auto landing = landed(*loop, plan->question, outcome);
    landing.outcome = lookup;
    leader->complete(landing);
  };
  auto wanted = [this, plan] { return flights_.waiting(plan->question.key) > 0; };
  call.on_outcome(std::move(ended), std::move(wanted));
  plan->run(call);
}

/// What a leader's outcome is to those who wait; it is kept if it may be.
ResultCache::Landing ResultCache::landed(async::Loop& loop, CacheQuestion const& question,
                                         Result<Rendered>& outcome) {
  auto const now = loop.now();
  bool const stale = replace_by_stale(question, outcome, now);
  // A protocol error or a question to the client is the leader's own; the others run for
  // themselves. So they do where the answer may not be kept: theirs could be another by now.
  if (!outcome) return {};
  auto const fresh = question.hinted && outcome->hints ? fresh_for(*outcome->hints) : Duration();
  if (question.hinted && !stale && (fresh <= Duration::zero() || outcome->is_error)) return {};
  auto const value = std::make_shared<std::string const>(stored_form(*outcome));
  if (!stale && question.hinted)
    cache_.put(outcome->hints->is_public ? question.public_key : question.key, value, now,
               Life{fresh, kept_stale(question.stale)});
  else if (!stale && !outcome->is_error)
    keep(loop, question, value);
  return Landing{value, Outcome::miss, false, stale, outcome->hints};
}

/// What was kept answers in the place of a server that cannot. It is not kept anew.
bool ResultCache::replace_by_stale(CacheQuestion const& question, Result<Rendered>& outcome,
                                   base::Steady::time_point now) {
  auto const reason = outcome ? outcome->instead_of.get() : &outcome.error();
  if (!reason || !is_away(*reason) || question.stale.if_error <= Duration::zero()) return false;
  auto const found = find(question, now);
  auto const& [value, age, left] = found.in_memory;
  if (!value || -left >= question.stale.if_error) return false;
  auto answer = restored(*value);
  if (question.hinted) answer.hints = hints_left(left, found.is_public);
  mark_stale(answer, age, reason);
  outcome = std::move(answer);
  count_stale_(base::StaleReason::error);
  return true;
}

void ResultCache::keep(async::Loop& loop, CacheQuestion const& question, Value const& value) {
  auto const stale = kept_stale(question.stale);
  if (!shared_) {
    cache_.put(question.key, value, loop.now(), Life{ttl_, stale});
    return;
  }
  auto const ttl = lifetime();
  cache_.put(question.key, value, loop.now(), Life{ttl, stale});
  shared_->put(loop, question.key, framed(*value), ttl);
}

}  // namespace rampart::server
