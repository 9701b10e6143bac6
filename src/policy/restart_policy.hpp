// When a child that died is started again: at once if it had answered a call, for then its death is
// an accident; ever later if it dies before its first answer, for then it cannot run at all.
#pragma once
#include <chrono>
#include <cstdint>
#include <deque>

#include "base/clock.hpp"

namespace rampart::policy {

/// Of one upstream. Not thread-safe.
class RestartPolicy {
 public:
  struct Options {
    base::Steady::duration min = std::chrono::milliseconds(100);
    base::Steady::duration max = std::chrono::milliseconds(30'000);
    std::uint32_t crash_loop_deaths = 5;  ///< before their first answer …
    base::Steady::duration crash_loop_window = std::chrono::seconds(60);  ///< … within this time
    base::Steady::duration crash_loop_pause =
        std::chrono::seconds(60);  ///< then nothing for so long
  };
  struct Restart {
    base::Steady::duration delay{};  ///< from now
    bool crash_looping = false;      ///< callers need not wait: it will not be there soon
  };

  explicit RestartPolicy(Options options) : options_(options) {}

  /// After each death. `random` (64 bits) chooses between half the back-off and all of it. After a
  /// crash loop's pause there is one attempt; if that one dies early too, the pause is repeated.
  Restart next_delay(bool died_before_first_answer, base::Steady::time_point now,
                     std::uint64_t random);

  /// A child answered its first call: what was before is forgotten.
  void on_first_answer();

  std::uint32_t early_deaths() const { return early_deaths_; }
  bool crash_looping() const { return crash_looping_; }

 private:
  Options options_;
  std::uint32_t early_deaths_ = 0;  // in a row
  bool crash_looping_ = false;
  std::deque<base::Steady::time_point> recent_;  // early deaths, at most crash_loop_deaths
};

}  // namespace rampart::policy
