// What a loop is busy with, for a watchdog on another thread: code that holds a loop holds all its
// connections.
#pragma once
#include <atomic>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace rampart::async {

/// Thread-safe.
class Occupation {
 public:
  /// From here to its end the loop runs somebody's code, called `name`. Loop thread only.
  class Scope {
   public:
    Scope(Occupation& of, std::string_view name) : of_(of) { of_.set(name); }
    ~Scope() { of_.set({}); }
    Scope(Scope const&) = delete;
    Scope& operator=(Scope const&) = delete;

   private:
    Occupation& of_;
  };

  /// The loop got round to its sweep.
  void beat(base::Steady::time_point now) {
    last_beat_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }
  /// Nothing before the first beat.
  bool has_beaten() const { return last_beat_.load(std::memory_order_relaxed) != 0; }
  base::Steady::time_point last_beat() const {
    return base::Steady::time_point(
        base::Steady::duration(last_beat_.load(std::memory_order_relaxed)));
  }
  /// Empty when it is nobody's code that is known by name.
  std::string name() const {
    std::lock_guard const lock(mutex_);
    return name_;
  }

 private:
  void set(std::string_view name) {
    std::lock_guard const lock(mutex_);
    name_ = name;
  }

  std::atomic<base::Steady::rep> last_beat_ = 0;
  mutable std::mutex mutex_;
  std::string name_;
};

}  // namespace rampart::async
