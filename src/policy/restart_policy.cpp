#include "policy/restart_policy.hpp"

#include "policy/jitter.hpp"

namespace rampart::policy {

void RestartPolicy::on_first_answer() {
  early_deaths_ = 0;
  crash_looping_ = false;
  recent_.clear();
}

RestartPolicy::Restart RestartPolicy::next_delay(bool died_before_first_answer,
                                                 base::Steady::time_point now,
                                                 std::uint64_t random) {
  if (!died_before_first_answer) {
    on_first_answer();
    return {};
  }
  ++early_deaths_;
  recent_.push_back(now);
  if (recent_.size() > options_.crash_loop_deaths) recent_.pop_front();
  bool const too_many = options_.crash_loop_deaths > 0 &&
                        recent_.size() == options_.crash_loop_deaths &&
                        now - recent_.front() <= options_.crash_loop_window;
  if (too_many) crash_looping_ = true;
  if (crash_looping_) return {options_.crash_loop_pause, true};
  auto const longest = doubled(options_.min, early_deaths_ - 1, options_.max);
  return {longest - share_of(longest, fraction_of(random) / 2), false};
}

}  // namespace rampart::policy
