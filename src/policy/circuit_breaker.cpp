#include "policy/circuit_breaker.hpp"

#include <algorithm>

#include "policy/jitter.hpp"

namespace rampart::policy {

CircuitBreaker::CircuitBreaker(Options options, std::uint64_t seed)
    : options_(options), random_(seed), window_(options.window, options.buckets) {
  options_.max_probes = std::max(options_.max_probes, 1u);
  options_.success_threshold = std::max(options_.success_threshold, 1u);
  options_.recovery_max = std::max(options_.recovery_max, options_.recovery);
  options_.jitter = std::clamp(options_.jitter, 0.0, 1.0);
}

CircuitBreaker::Admission CircuitBreaker::try_acquire(TimePoint now) {
  if (state_ == State::open && now >= open_until_) half_open();
  if (state_ == State::closed) return {Admission::Kind::admitted, {}, generation_};
  if (state_ == State::half_open && probes_ < options_.max_probes) {
    ++probes_;
    return {Admission::Kind::probe, {}, generation_};
  }
  ++totals_.blocked;
  auto const wait = state_ == State::open
                        ? std::chrono::ceil<std::chrono::milliseconds>(open_until_ - now)
                        : probe_retry_after;
  return {Admission::Kind::blocked, wait, generation_};
}

void CircuitBreaker::record(Admission const& admission, Outcome outcome, TimePoint now,
                            std::uint64_t group) {
  if (!admission.admitted()) return;
  count(outcome, now);
  if (admission.generation != generation_) return;
  if (admission.kind == Admission::Kind::probe) return record_probe(outcome, now);
  record_closed(outcome, now, group);
}

void CircuitBreaker::count(Outcome outcome, TimePoint now) {
  if (outcome == Outcome::ignored) {
    ++totals_.ignored;
    return;
  }
  ++totals_.total;
  if (outcome == Outcome::success) {
    ++totals_.successful;
    totals_.last_success = now;
    return;
  }
  ++totals_.failed;
  totals_.last_failure = now;
  if (outcome == Outcome::timeout) ++totals_.timeouts;
}

bool CircuitBreaker::counted_before(std::uint64_t group) {
  if (group == 0) return false;
  if (std::find(groups_.begin(), groups_.end(), group) != groups_.end()) return true;
  groups_[next_group_++ % remembered_groups] = group;
  return false;
}

void CircuitBreaker::record_closed(Outcome outcome, TimePoint now, std::uint64_t group) {
  if (outcome == Outcome::ignored) return;
  if (outcome == Outcome::success) {
    window_.add(true, now);
    failures_in_a_row_ = 0;
    ++successes_in_a_row_;
    return;
  }
  if (counted_before(group)) return;
  window_.add(false, now);
  successes_in_a_row_ = 0;
  ++failures_in_a_row_;
  bool const too_many_in_a_row =
      options_.consecutive_failures > 0 && failures_in_a_row_ >= options_.consecutive_failures;
  auto const recent = window_.counts(now);
  bool const too_many =
      recent.total() >= options_.minimum_volume && recent.failure_rate() >= options_.failure_rate;
  if (too_many_in_a_row || too_many) open(now);
}

void CircuitBreaker::record_probe(Outcome outcome, TimePoint now) {
  --probes_;
  if (outcome == Outcome::ignored) return;
  if (outcome == Outcome::success) {
    failures_in_a_row_ = 0;
    ++successes_in_a_row_;
    if (++probe_successes_ >= options_.success_threshold) close(now);
    return;
  }
  successes_in_a_row_ = 0;
  ++failures_in_a_row_;
  open(now);
}

void CircuitBreaker::open(TimePoint now) {
  if (state_ == State::closed && now - closed_since_ >= options_.sustained) openings_in_a_row_ = 0;
  state_ = State::open;
  ++generation_;
  ++totals_.opens;
  open_until_ = now + recovery_time();
  ++openings_in_a_row_;
}

void CircuitBreaker::half_open() {
  state_ = State::half_open;
  ++generation_;
  probes_ = 0;
  probe_successes_ = 0;
}

// The window is emptied: what was counted before the outage must not open it again.
void CircuitBreaker::close(TimePoint now) {
  state_ = State::closed;
  ++generation_;
  ++totals_.closes;
  closed_since_ = now;
  failures_in_a_row_ = 0;
  window_.clear();
}

CircuitBreaker::Duration CircuitBreaker::recovery_time() {
  auto const time = doubled(options_.recovery, openings_in_a_row_, options_.recovery_max);
  return time - share_of(time, options_.jitter * next_fraction(random_));
}

CircuitBreaker::State CircuitBreaker::state(TimePoint now) const {
  return state_ == State::open && now >= open_until_ ? State::half_open : state_;
}

CircuitBreaker::Stats CircuitBreaker::stats(TimePoint now) const {
  auto out = totals_;
  out.state = state(now);
  out.consecutive_failures = failures_in_a_row_;
  out.consecutive_successes = successes_in_a_row_;
  out.failure_rate = window_.counts(now).failure_rate() * 100;
  if (out.state == State::open) out.next_attempt = open_until_;
  return out;
}

std::string_view name(CircuitBreaker::State state) {
  switch (state) {
    case CircuitBreaker::State::closed:
      return "closed";
    case CircuitBreaker::State::open:
      return "open";
    case CircuitBreaker::State::half_open:
      return "half_open";
  }
  return "closed";
}

}  // namespace rampart::policy
