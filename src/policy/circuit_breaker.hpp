// Keeps calls away from an upstream that fails, and lets a few through after a while to see whether
// it has recovered. A value: time is an argument, nothing waits here.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "policy/outcome_window.hpp"

namespace rampart::policy {

/// Not thread-safe: it belongs to its upstream's loop.
class CircuitBreaker {
 public:
  using TimePoint = base::Steady::time_point;
  using Duration = base::Steady::duration;

  struct Options {
    std::uint32_t consecutive_failures = 5;  ///< open it; 0: they do not count
    double failure_rate = 0.5;               ///< of the calls in the window, opens it
    std::uint32_t minimum_volume = 20;       ///< calls in the window before the rate counts
    Duration window = std::chrono::seconds(300);
    std::size_t buckets = 30;                            ///< of the window
    Duration recovery = std::chrono::seconds(60);        ///< open for so long, at first
    Duration recovery_max = std::chrono::seconds(1920);  ///< doubled up to here
    double jitter = 0.1;  ///< share of that time that chance may take off
    Duration sustained = std::chrono::seconds(300);  ///< closed for so long: `recovery` again
    std::uint32_t success_threshold = 3;             ///< successes of probes that close it
    std::uint32_t max_probes = 1;                    ///< at once
  };
  /// As the metric circuit_breaker_state numbers them.
  enum class State : std::uint8_t { closed, open, half_open };
  enum class Outcome : std::uint8_t {
    success,
    failure,
    timeout,  ///< a failure, and counted as a time-out too
    ignored,  ///< says nothing about the upstream: the caller withdrew, or its request was wrong
  };

  /// Where there is no better guess: a probe is under way.
  static constexpr std::chrono::milliseconds probe_retry_after{1'000};

  /// The right to make one call, or the time to wait. Whoever was admitted records exactly once.
  struct Admission {
    enum class Kind : std::uint8_t { admitted, probe, blocked };
    Kind kind = Kind::blocked;
    std::chrono::milliseconds retry_after{0};  ///< when blocked, rounded up
    std::uint64_t generation = 0;
    bool admitted() const { return kind != Kind::blocked; }
    bool is_probe() const { return kind == Kind::probe; }
  };

  struct Stats {
    State state = State::closed;
    std::uint64_t total = 0;  ///< calls that ended, without the ignored ones
    std::uint64_t successful = 0;
    std::uint64_t failed = 0;  ///< timeouts included
    std::uint64_t timeouts = 0;
    std::uint64_t ignored = 0;
    std::uint64_t blocked = 0;
    std::uint64_t opens = 0;
    std::uint64_t closes = 0;
    std::uint32_t consecutive_failures = 0;
    std::uint32_t consecutive_successes = 0;
    double failure_rate = 0;  ///< percent, of the window
    std::optional<TimePoint> last_failure;
    std::optional<TimePoint> last_success;
    std::optional<TimePoint> next_attempt;  ///< while open
  };

  /// `seed` of the jitter; differs between instances, so that replicas do not probe in step.
  CircuitBreaker(Options options, std::uint64_t seed);

  Admission try_acquire(TimePoint now);

  /// The end of an admitted call. Failures of one `group` (not 0) have one cause and count once
  /// towards opening: give the number of the child whose death ended them all. A call that was
  /// admitted before the state last changed counts in the totals only.
  void record(Admission const& admission, Outcome outcome, TimePoint now, std::uint64_t group = 0);

  State state(TimePoint now) const;
  Stats stats(TimePoint now) const;

 private:
  /// Deaths that are remembered at once.
  static constexpr std::size_t remembered_groups = 16;

  bool counted_before(std::uint64_t group);
  void count(Outcome outcome, TimePoint now);
  void record_closed(Outcome outcome, TimePoint now, std::uint64_t group);
  void record_probe(Outcome outcome, TimePoint now);
  void open(TimePoint now);
  void half_open();
  void close(TimePoint now);
  Duration recovery_time();

  Options options_;
  std::uint64_t random_;
  OutcomeWindow window_;
  State state_ = State::closed;
  std::uint64_t generation_ = 0;  // rises with each change of state
  TimePoint closed_since_{};
  TimePoint open_until_{};
  std::uint32_t openings_in_a_row_ = 0;  // without sustained health between them
  std::uint32_t failures_in_a_row_ = 0;
  std::uint32_t successes_in_a_row_ = 0;
  std::uint32_t probes_ = 0;
  std::uint32_t probe_successes_ = 0;
  std::array<std::uint64_t, remembered_groups> groups_{};
  std::size_t next_group_ = 0;
  Stats totals_;
};

std::string_view name(CircuitBreaker::State state);

}  // namespace rampart::policy
