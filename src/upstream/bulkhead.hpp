// The places of an upstream, or of one of its tools: so many calls at once, so many waiting, the
// rest refused at once. What policy decides, this makes coroutines wait for. Loop thread only.
#pragma once
#include <functional>
#include <optional>
#include <stop_token>
#include <utility>

#include "async/loop.hpp"
#include "async/wake.hpp"
#include "policy/admission_queue.hpp"
#include "policy/concurrency_limit.hpp"
#include "rampart/error.hpp"
#include "rampart/task.hpp"

namespace rampart::upstream {

class Bulkhead {
 public:
  /// `what` is bounded, for messages: "upstream files".
  Bulkhead(async::Loop& loop, std::string what, policy::AdmissionOptions options)
      : loop_(loop), what_(std::move(what)), queue_(options) {}

  /// A place, given back at its end.
  class Place {
   public:
    Place() = default;
    Place(Bulkhead* of, base::Steady::time_point since) : of_(of), since_(since) {}
    Place(Place&& other) noexcept : of_(std::exchange(other.of_, nullptr)), since_(other.since_) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(since_, other.since_);
      return *this;
    }
    ~Place() {
      if (of_) of_->leave(since_);
    }

   private:
    Bulkhead* of_ = nullptr;
    base::Steady::time_point since_{};
  };

  /// Errors: overloaded with retry_after; cancelled when `stop` was requested.
  Task<Result<Place>> enter(base::Steady::time_point deadline, std::stop_token stop);
  /// From now on the bound follows from what answered() and overloaded() tell.
  void adapt(policy::ConcurrencyLimit::Options options);
  /// See ConcurrencyLimit; nothing without adapt(). Whoever tells still holds its place.
  void answered(std::string_view kind, base::Steady::duration took);
  void overloaded(base::Steady::time_point began);

  /// Told of each change of the bound by the two.
  std::function<void(std::size_t max_in_flight)> on_limit;
  std::size_t max_in_flight() const { return queue_.max_in_flight(); }
  /// Somebody has waited for crowded_after, and every time again.
  std::function<void()> on_crowded;
  static constexpr std::chrono::seconds crowded_after{2};
  /// Told of each change of the two numbers.
  std::function<void(std::size_t in_flight, std::size_t waiting)> on_change;
  std::size_t in_flight() const { return queue_.in_flight(); }
  std::size_t waiting() const { return queue_.waiting(); }

 private:
  struct Waiting;
  void changed() const {
    if (on_change) on_change(queue_.in_flight(), queue_.waiting());
  }
  void leave(base::Steady::time_point since);
  void wake(policy::AdmissionQueue<Waiting*>::Woken const& woken);
  void follow_limit();
  Error refused(policy::Refusal why, std::chrono::milliseconds retry_after) const;

  async::Loop& loop_;
  std::string const what_;
  policy::AdmissionQueue<Waiting*> queue_;
  std::optional<policy::ConcurrencyLimit> limit_;
};

}  // namespace rampart::upstream
