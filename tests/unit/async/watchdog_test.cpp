#include "async/watchdog.hpp"

#include <gtest/gtest.h>

#include <future>
#include <optional>

namespace rampart::async {
namespace {

using namespace std::chrono_literals;

/// A loop on a thread of its own.
struct Running {
  Loop loop;
  std::thread thread{[this] { loop.run(); }};
  ~Running() {
    loop.stop();
    thread.join();
  }
};

TEST(Watchdog, NamesTheCodeThatHoldsALoopOnce) {
  Running running;
  std::promise<Watchdog::Held> first;
  std::atomic<int> reports = 0;
  std::promise<void> release;
  std::promise<void> done;
  Watchdog watchdog({&running.loop}, [&](Watchdog::Held const& held) {
    if (reports++ == 0) first.set_value(held);
  });
  running.loop.post([&] {
    running.loop.occupation().beat(base::Steady::now());
    Occupation::Scope const scope(running.loop.occupation(), "slow_tool");
    release.get_future().wait();
    done.set_value();
  });
  auto future = first.get_future();
  ASSERT_EQ(future.wait_for(30s), std::future_status::ready);
  auto const held = future.get();
  watchdog.look();
  release.set_value();
  done.get_future().wait();
  EXPECT_EQ(held.by, "slow_tool");
  EXPECT_GE(held.since, Watchdog::limit);
  EXPECT_EQ(reports, 1) << "one line for one hold";
}

TEST(Watchdog, ALoopThatHasNotBegunIsNotHeld) {
  Loop loop;
  int reports = 0;
  Watchdog watchdog({&loop}, [&](Watchdog::Held const&) { ++reports; });
  watchdog.look();
  EXPECT_EQ(reports, 0);
}

}  // namespace
}  // namespace rampart::async
