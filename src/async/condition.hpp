// Something that several coroutines wait for, each with a time limit of its own. Loop thread only.
#pragma once
#include <boost/intrusive/list.hpp>

#include "async/loop.hpp"
#include "async/wake.hpp"

namespace rampart::async {

class Condition {
 public:
  explicit Condition(Loop& loop) : loop_(loop) {}
  /// Destroys the coroutines that still wait.
  ~Condition();
  Condition(Condition const&) = delete;
  Condition& operator=(Condition const&) = delete;

  /// Returns after notify_all(), at `until`, or when the coroutine is cancelled: whoever waited
  /// looks again at what it waits for.
  Task<void> wait(base::Steady::time_point until);
  void notify_all();

 private:
  struct Waiter : boost::intrusive::list_base_hook<
                      boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    explicit Waiter(Loop& loop) : wake(loop), limit([this] { wake.notify(); }) {}
    Wake wake;
    Deadline limit;
  };

  Loop& loop_;
  boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>> waiters_;
};

}  // namespace rampart::async
