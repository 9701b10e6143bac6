// One event loop: an io_context owned by one thread, jobs posted from any thread, and one coarse
// sweep (every 50 ms) that serves all deadlines, idle and slow connections.
#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "async/occupation.hpp"
#include "base/clock.hpp"

namespace rampart::async {

inline constexpr std::chrono::milliseconds sweep_interval{50};

/// Something with a time limit. Owned by its user, unlinked by its destructor. Loop thread only.
class Deadline : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  explicit Deadline(std::function<void()> expired) : expired_(std::move(expired)) {}
  Deadline(Deadline const&) = delete;
  Deadline& operator=(Deadline const&) = delete;
  bool armed() const { return is_linked(); }
  void disarm() {
    if (is_linked()) unlink();
  }

 private:
  friend class Loop;
  base::Steady::time_point at_{};
  bool far_ = false;
  std::function<void()> expired_;
};

class Loop {
 public:
  explicit Loop(base::Clock const& clock = base::system_clock());
  ~Loop();
  Loop(Loop const&) = delete;
  Loop& operator=(Loop const&) = delete;

  boost::asio::io_context& context() { return context_; }
  base::Clock const& clock() const { return clock_; }
  /// The clock's time.
  base::Steady::time_point now() const { return clock_.now(); }

  /// Runs `job` on the loop's thread, later. Any thread.
  void post(std::function<void()> job);
  /// Runs `job` at once where that can be, on the loop's thread, else later there. Any thread.
  void dispatch(std::function<void()> job);
  /// Calls the deadline's function at the first sweep at or after `at`; re-arming moves it. Loop
  /// thread only.
  void arm(Deadline& deadline, base::Steady::time_point at);
  /// Runs what has expired by the clock's time. run() does this by itself; tests with a fake clock
  /// call it.
  void sweep();

  /// Runs until stop(). The calling thread becomes the loop's thread.
  void run();
  /// Any thread.
  void stop();
  /// Runs what is ready without waiting; returns how many handlers ran. For tests and the in-memory
  /// client.
  std::size_t poll();
  /// What a watchdog sees of it. Any thread.
  Occupation& occupation() { return occupation_; }

  /// True on the thread that is inside run() or poll() of this loop.
  bool on_thread() const;

 private:
  using Deadlines = boost::intrusive::list<Deadline, boost::intrusive::constant_time_size<false>>;
  void schedule_sweep();
  void look_at_far_ones(base::Steady::time_point now);

  base::Clock const& clock_;
  Occupation occupation_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer sweeper_;
  // Ten thousand idle connections have their deadlines far off: those are looked at once a second,
  // and only near ones at every sweep.
  Deadlines near_;
  Deadlines far_;
  base::Steady::time_point
      far_from_;  // every deadline at or after it is in far_, every other in near_
};

}  // namespace rampart::async
