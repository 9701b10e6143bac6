// The places of an upstream, or of one of its tools: so many calls at once, so many waiting, the
// rest refused at once. What policy decides, this makes coroutines wait for. Loop thread only.
#pragma once
#include <functional>
#include <stop_token>
#include <utility>

#include "async/loop.hpp"
#include "async/wake.hpp"
#include "policy/admission_queue.hpp"
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
  Error refused(policy::Refusal why, std::chrono::milliseconds retry_after) const;

  async::Loop& loop_;
  std::string const what_;
  policy::AdmissionQueue<Waiting*> queue_;
};

}  // namespace rampart::upstream
