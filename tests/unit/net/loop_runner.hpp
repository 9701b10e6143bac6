// Runs coroutines on a loop in the test's thread until they end; a hang fails the test after 20
// seconds.
#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "async/loop.hpp"
#include "async/spawn.hpp"

namespace rampart::net::test {

inline constexpr std::chrono::seconds hang_limit{20};

class LoopRunner {
 public:
  /// Turns the loop until `done` says so.
  void run_until(std::function<bool()> done) {
    auto const end = std::chrono::steady_clock::now() + hang_limit;
    while (!done() && std::chrono::steady_clock::now() < end) {
      loop.context().restart();
      loop.context().run_one_for(std::chrono::milliseconds(20));
      loop.sweep();
    }
    EXPECT_TRUE(done()) << "nothing happened in time";
  }
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    async::spawn(loop, tasks, "test", store<T>(std::move(task), &result));
    run_until([&] { return result.has_value(); });
    return std::move(*result);
  }
  /// The result appears in `*to` when the task ends.
  template <class T>
  void start(Task<T> task, std::optional<T>* to) {
    async::spawn(loop, tasks, "test", store<T>(std::move(task), to));
  }
  base::Steady::time_point soon() const { return loop.now() + hang_limit; }

  async::Loop loop;
  async::TaskGroup tasks;

 private:
  template <class T>
  static Task<void> store(Task<T> task, std::optional<T>* to) {
    T value = co_await std::move(task);
    to->emplace(std::move(value));
  }
};

}  // namespace rampart::net::test
