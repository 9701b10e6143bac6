// A bulkhead: how many calls an upstream has in flight, and who waits for a place. It holds values
// of T and says whom to wake; it never waits itself.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "policy/service_time.hpp"

namespace rampart::policy {

struct AdmissionOptions {
  std::size_t max_in_flight = 64;  ///< calls at once
  std::size_t max_queue = 256;     ///< calls that wait
};

enum class Refusal : std::uint8_t {
  none,
  queue_full,
  too_late,  ///< its deadline would pass while it waits
};
std::string_view name(Refusal refusal);

/// First come, first served. Not thread-safe: it belongs to its upstream's loop.
template <class T>
class AdmissionQueue {
 public:
  using TimePoint = base::Steady::time_point;
  using Ticket = std::uint64_t;

  enum class Verdict : std::uint8_t { admitted, queued, refused };
  struct Decision {
    Verdict verdict = Verdict::refused;
    Ticket ticket = 0;                         ///< when queued; for withdraw()
    Refusal refusal = Refusal::none;           ///< when refused
    std::chrono::milliseconds retry_after{0};  ///< when refused: about when there is a place
    std::vector<T> evicted = {};  ///< lost their place: their deadline passed or cannot be met
  };
  /// Whom to wake.
  struct Woken {
    std::vector<T> admitted;  ///< each holds a place now, to be given back by leave()
    std::vector<T> expired;   ///< their deadline passed while they waited
  };

  explicit AdmissionQueue(AdmissionOptions options) : options_(options) {}

  /// A place at once, or in the queue. With the queue full, those go first that can no longer be
  /// served in time; `value` is refused when there are none, or when it is such a one itself.
  Decision enter(T value, TimePoint deadline, TimePoint now) {
    Decision out;
    if (in_flight_ < options_.max_in_flight && waiting_.empty()) {
      ++in_flight_;
      out.verdict = Verdict::admitted;
      return out;
    }
    if (deadline <= now) return refuse(std::move(out), Refusal::too_late);
    if (waiting_.size() >= options_.max_queue) {
      out.evicted = evict(now);
      if (waiting_.size() >= options_.max_queue) return refuse(std::move(out), Refusal::queue_full);
      if (hopeless(deadline, waiting_.size(), now))
        return refuse(std::move(out), Refusal::too_late);
    }
    out.verdict = Verdict::queued;
    out.ticket = ++last_ticket_;
    waiting_.push_back({out.ticket, deadline, std::move(value)});
    return out;
  }

  /// A call that held a place ended; it took `took`, which is what later waits are guessed from.
  Woken leave(TimePoint now, base::Steady::duration took) {
    if (in_flight_ > 0) --in_flight_;
    service_.add(took);
    return admit(now);
  }

  /// Whoever waits gives up. False: it does not wait (any more).
  bool withdraw(Ticket ticket) {
    auto const at = std::find_if(waiting_.begin(), waiting_.end(),
                                 [&](Waiting const& w) { return w.ticket == ticket; });
    if (at == waiting_.end()) return false;
    waiting_.erase(at);
    return true;
  }

  /// Takes out all whose deadline has passed; for the loop's sweep.
  std::vector<T> expire(TimePoint now) {
    std::vector<T> out;
    remove_if(out, [&](Waiting const& w, std::size_t) { return w.deadline <= now; });
    return out;
  }

  /// Another bound from now on; 0 holds everybody back, for the time of a restart.
  Woken set_max_in_flight(std::size_t bound, TimePoint now) {
    options_.max_in_flight = bound;
    return admit(now);
  }

  /// About when there is a place for one more.
  std::chrono::milliseconds retry_after() const {
    return service_.retry_after(waiting_.size(), options_.max_in_flight);
  }

  std::size_t in_flight() const { return in_flight_; }
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t max_in_flight() const { return options_.max_in_flight; }

 private:
  struct Waiting {
    Ticket ticket;
    TimePoint deadline;
    T value;
  };

  Woken admit(TimePoint now) {
    Woken out;
    while (in_flight_ < options_.max_in_flight && !waiting_.empty()) {
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      if (next.deadline <= now) {
        out.expired.push_back(std::move(next.value));
        continue;
      }
      ++in_flight_;
      out.admitted.push_back(std::move(next.value));
    }
    return out;
  }

  // With `before` others in front.
  bool hopeless(TimePoint deadline, std::size_t before, TimePoint now) const {
    if (options_.max_in_flight == 0) return deadline <= now;  // held back: nobody can tell
    return now + service_.wait(before, options_.max_in_flight) >= deadline;
  }

  std::vector<T> evict(TimePoint now) {
    std::vector<T> out;
    remove_if(out, [&](Waiting const& w, std::size_t before) {
      return hopeless(w.deadline, before, now);
    });
    return out;
  }

  // `gone(entry, how many stay in front of it)`
  template <class Gone>
  void remove_if(std::vector<T>& out, Gone gone) {
    std::size_t before = 0;
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      if (!gone(*at, before)) {
        ++before;
        ++at;
        continue;
      }
      out.push_back(std::move(at->value));
      at = waiting_.erase(at);
    }
  }

  Decision refuse(Decision out, Refusal why) const {
    out.refusal = why;
    out.retry_after = retry_after();
    return out;
  }

  AdmissionOptions options_;
  std::size_t in_flight_ = 0;
  std::list<Waiting> waiting_;
  Ticket last_ticket_ = 0;
  ServiceTime service_;
};

}  // namespace rampart::policy
