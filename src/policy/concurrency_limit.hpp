// How many calls a server takes at once, learned from how it answers: more while its latency stays
// near the lowest seen, fewer when it grows, fewer still when calls time out or are refused. A
// value: time is an argument.
//
// The gradient controller of Envoy's adaptive concurrency filter (limit x floor/latency + headroom)
// with the tolerance, the smoothing and the rule for idle limits of Netflix's concurrency-limits
// (Gradient2), and one multiplicative decrease a round trip on overload, as TCP has it (RFC 5681;
// the factor of CUBIC, RFC 9438).
#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace rampart::policy {

/// Not thread-safe: it belongs to its upstream's loop.
class ConcurrencyLimit {
 public:
  using TimePoint = base::Steady::time_point;
  using Duration = base::Steady::duration;

  struct Options {
    std::size_t min = 1;
    std::size_t max = 64;
    std::size_t start = 20;    ///< within the two
    double tolerance = 1.5;    ///< latency up to so many times its floor is no growth
    double smoothing = 0.2;    ///< weight of a new estimate
    double steepest = 0.5;     ///< least factor that a latency can ask for
    double on_overload = 0.7;  ///< factor
    std::size_t window = 10;   ///< calls whose mean latency counts
    Duration floor_age = std::chrono::minutes(10);  ///< then the floor is measured anew
  };
  /// Kinds of calls that are told apart; the rest is taken together.
  static constexpr std::size_t max_kinds = 256;

  explicit ConcurrencyLimit(Options options);

  std::size_t limit() const { return static_cast<std::size_t>(limit_); }

  /// A call was answered. Calls of one `kind` (a tool) are compared with each other only: one that
  /// always takes long is no overload. `in_flight`: calls at once at its end, itself included.
  void answered(std::string_view kind, Duration took, std::size_t in_flight, TimePoint now);

  /// A call timed out or was refused. What began before the last decrease tells nothing new.
  void overloaded(TimePoint began, TimePoint now);

 private:
  struct Kind {
    Duration sum{};
    std::size_t calls = 0;
    std::optional<Duration> floor;  ///< lowest mean of a window
  };
  Kind& kind_of(std::string_view name);
  void age(TimePoint now);
  void set(double limit);

  Options options_;
  double limit_;
  std::map<std::string, Kind, std::less<>> kinds_;
  std::size_t busiest_ = 0;  ///< most calls at once since the limit was last judged
  std::optional<TimePoint> floors_since_;
  std::optional<TimePoint> decreased_;
};

}  // namespace rampart::policy
