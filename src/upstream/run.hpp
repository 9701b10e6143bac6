// One call to an upstream, from its admission to its end: place, instance, breaker, time limit and
// retries live in it and end with it. It can be kept while a person is asked (the call is parked)
// and gone on with later. Loop thread only.
#pragma once
#include <memory>
#include <optional>
#include <stop_token>

#include "policy/backoff.hpp"
#include "upstream/upstream.hpp"

namespace rampart::upstream {

/// Whether a call may be sent again after the upstream may have seen it.
enum class Repeatable { no, yes };

class Run {
 public:
  Run(std::shared_ptr<Upstream> upstream, Caller caller, Request request, Repeatable repeatable);
  /// Withdraws the call if it has not ended.
  ~Run();
  Run(Run const&) = delete;
  Run& operator=(Run const&) = delete;

  /// The next event; begins the call at first. Kind::broken carries an Error fit for the client:
  /// overloaded, circuit_open, unavailable (the upstream did not see the call), delivery_unknown,
  /// deadline, cancelled.
  Task<Event> next(std::stop_token stop);
  /// Answers a question; the time that the person took is not counted.
  void answer(std::string const& question, std::string const& json, bool is_error);
  bool ready() const { return exchange_ && exchange_->ready(); }
  std::size_t open_questions() const { return exchange_ ? exchange_->open_questions() : 0; }
  bool ended() const { return ended_; }
  Upstream& upstream() const { return *upstream_; }
  /// Of the instance that serves the call, or served it last.
  protocol::Version version() const { return version_; }
  /// Waits for a person begin: the clock of the call stands still until all questions are answered.
  void pause();

 private:
  using Outcome = Circuit::Outcome;

  Task<Result<void>> begin(std::stop_token stop);
  Task<bool> wait_to_retry(std::stop_token stop);
  void arm();
  void time_out();
  void end(Outcome outcome);
  Error circuit_open(std::chrono::milliseconds retry_after);
  Error failure_of(Event const& event) const;
  Event ended_by(Event event);
  void teach(Event const& end, base::Steady::duration took);

  std::shared_ptr<Upstream> const upstream_;
  Caller const caller_;
  Request const request_;
  Repeatable const repeatable_;
  Lane& lane_;
  policy::Backoff backoff_;
  base::Steady::time_point const started_;
  base::Steady::time_point latest_;  ///< whatever the progress
  base::Steady::time_point sent_{};
  std::optional<base::Steady::time_point> paused_;
  async::Deadline limit_;
  protocol::Version version_ = protocol::latest_modern;
  bool asked_ = false;  ///< it waited for a person
  bool timed_out_ = false;
  std::chrono::milliseconds applied_{0};  ///< the limit that is armed
  bool ended_ = false;

  Bulkhead::Place own_place_;  ///< of the tool
  Bulkhead::Place place_;
  Lease lease_;
  std::optional<Circuit::Admission> admission_;
  std::shared_ptr<Exchange> exchange_;
};

}  // namespace rampart::upstream
