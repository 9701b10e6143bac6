// What one request waits with, whatever it waits for at the moment: everything that may let it go
// on notifies, and the first interruption (its deadline, its caller, the end of the client) stays.
#pragma once
#include <boost/intrusive/list.hpp>
#include <optional>

#include "async/wake.hpp"
#include "rampart/error.hpp"

namespace rampart::net {

/// Loop thread only. A waiter and the coroutine that waits with it keep each other until somebody
/// interrupts: the client that made it does, at the latest when it goes.
class Waiter : public boost::intrusive::list_base_hook<
                   boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  explicit Waiter(async::Loop& loop) : loop_(loop), wake_(loop), deadline_([this] { expire(); }) {}

  /// Until notified or interrupted. A cancelled coroutine interrupts itself.
  Task<void> wait();
  void notify() { wake_.notify(); }
  void interrupt(Error why);
  std::optional<Error> const& interrupted() const { return interrupted_; }

  /// Interrupts with `why` at `at`; replaces the time limit before it. time_point::max(): none.
  void limit(base::Steady::time_point at, Error why);

 private:
  void expire() { interrupt(too_late_); }

  async::Loop& loop_;
  async::Wake wake_;
  async::Deadline deadline_;
  Error too_late_;
  std::optional<Error> interrupted_;
};

}  // namespace rampart::net
