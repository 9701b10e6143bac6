#include "policy/concurrency_limit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rampart::policy {

ConcurrencyLimit::ConcurrencyLimit(Options options) : options_(options) {
  options_.min = std::max<std::size_t>(options_.min, 1);
  options_.max = std::max(options_.max, options_.min);
  options_.window = std::max<std::size_t>(options_.window, 1);
  limit_ = static_cast<double>(std::clamp(options_.start, options_.min, options_.max));
}

void ConcurrencyLimit::set(double limit) {
  limit_ = std::clamp(limit, static_cast<double>(options_.min), static_cast<double>(options_.max));
}

ConcurrencyLimit::Kind& ConcurrencyLimit::kind_of(std::string_view name) {
  if (auto const known = kinds_.find(name); known != kinds_.end()) return known->second;
  if (kinds_.size() >= max_kinds) return kinds_[std::string()];
  return kinds_[std::string(name)];
}

// A floor that was measured long ago may not be reached any more. It is measured again under half
// the load, so that a queue of our own making is not taken for it.
void ConcurrencyLimit::age(TimePoint now) {
  if (!floors_since_) floors_since_ = now;
  if (now - *floors_since_ < options_.floor_age) return;
  kinds_.clear();
  floors_since_ = now;
  set(limit_ / 2);
}

void ConcurrencyLimit::answered(std::string_view name, Duration took, std::size_t in_flight,
                                TimePoint now) {
  age(now);
  busiest_ = std::max(busiest_, in_flight);
  auto& kind = kind_of(name);
  kind.sum += std::max(took, Duration(1));
  if (++kind.calls < options_.window) return;
  auto const mean = kind.sum / static_cast<Duration::rep>(kind.calls);
  kind.sum = Duration::zero();
  kind.calls = 0;
  kind.floor = kind.floor ? std::min(*kind.floor, mean) : mean;
  auto const ratio = static_cast<double>(kind.floor->count()) / static_cast<double>(mean.count());
  auto const gradient = std::clamp(options_.tolerance * ratio, options_.steepest, 1.0);
  auto const estimate = limit_ * gradient + std::sqrt(limit_);
  auto const next = limit_ + options_.smoothing * (estimate - limit_);
  // What is not made use of is not known to be bearable.
  bool const used = 2 * std::exchange(busiest_, 0) >= limit();
  if (used || next < limit_) set(next);
}

void ConcurrencyLimit::overloaded(TimePoint began, TimePoint now) {
  if (decreased_ && began < *decreased_) return;
  decreased_ = now;
  set(limit_ * options_.on_overload);
}

}  // namespace rampart::policy
