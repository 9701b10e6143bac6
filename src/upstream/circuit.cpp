#include "upstream/circuit.hpp"

#include "base/random.hpp"

namespace rampart::upstream {
namespace {

policy::CircuitBreaker::Options options_of(config::Upstream::Breaker const& config) {
  policy::CircuitBreaker::Options options;
  options.consecutive_failures = static_cast<std::uint32_t>(config.failures);
  options.failure_rate = static_cast<double>(config.failure_percent) / 100.0;
  options.minimum_volume = static_cast<std::uint32_t>(config.min_calls);
  options.window = config.window;
  options.recovery = config.recovery;
  options.recovery_max = config.recovery_max;
  options.success_threshold = static_cast<std::uint32_t>(config.successes);
  options.max_probes = static_cast<std::uint32_t>(config.probes);
  return options;
}

}  // namespace

Circuit::Circuit(async::Loop& loop, MeterFamilies& families, std::string name,
                 config::Upstream::Breaker const& config)
    : loop_(loop),
      meters_(families, std::move(name)),
      breaker_(options_of(config), base::random_u64()),
      due_([this] { show(); }) {}

std::optional<std::chrono::milliseconds> Circuit::closed_to_calls_for() const {
  auto const next = stats().next_attempt;
  if (!next) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(*next - loop_.now());
}

Circuit::Admission Circuit::try_acquire() {
  auto const admission = breaker_.try_acquire(loop_.now());
  show();
  return admission;
}

void Circuit::record(Admission const& admission, Outcome outcome, std::uint64_t group) {
  auto const now = loop_.now();
  breaker_.record(admission, outcome, now, group);
  show();
  if (outcome == Outcome::ignored) return;
  auto const met = admission.is_probe() ? policy::CircuitBreaker::State::half_open
                                        : policy::CircuitBreaker::State::closed;
  meters_.request(policy::name(met), outcome == Outcome::success ? "success" : "failure");
}

void Circuit::blocked() { meters_.request(policy::name(breaker_.state(loop_.now())), "blocked"); }

void Circuit::show() {
  auto const now = stats();
  meters_.state.set(static_cast<double>(now.state));
  meters_.failure_rate.set(now.failure_rate);
  if (now.next_attempt) loop_.arm(due_, *now.next_attempt);
}

}  // namespace rampart::upstream
