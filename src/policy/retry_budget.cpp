#include "policy/retry_budget.hpp"

#include <algorithm>
#include <chrono>

namespace rampart::policy {

RetryBudget::RetryBudget(Options options, base::Steady::time_point now)
    : options_(options), settled_(now) {
  options_.ratio = std::max(options_.ratio, 0.0);
  options_.per_second = std::max(options_.per_second, 0.0);
  options_.max_saved = std::max(options_.max_saved, 1.0);
  tokens_ = std::clamp(options_.per_second, 1.0, options_.max_saved);
}

double RetryBudget::available(base::Steady::time_point now) const {
  auto const passed = std::chrono::duration<double>(std::max(now, settled_) - settled_).count();
  return std::min(tokens_ + passed * options_.per_second, options_.max_saved);
}

void RetryBudget::settle(base::Steady::time_point now) {
  tokens_ = available(now);
  settled_ = std::max(now, settled_);
}

void RetryBudget::on_request(base::Steady::time_point now) {
  settle(now);
  tokens_ = std::min(tokens_ + options_.ratio, options_.max_saved);
}

bool RetryBudget::try_retry(base::Steady::time_point now) {
  settle(now);
  // Fifths add up to a little less than one.
  constexpr double whole = 1.0 - 1e-9;
  if (tokens_ < whole) return false;
  tokens_ = std::max(tokens_ - 1, 0.0);
  return true;
}

}  // namespace rampart::policy
