// Deadlines and sweeps on a clock of the test's own, and jobs from other threads.
#include "async/loop.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace rampart::async {
namespace {
using std::chrono::milliseconds;
using std::chrono::seconds;

class ManualClock : public base::Clock {
 public:
  base::Steady::time_point now() const override { return now_; }
  base::Wall::time_point wall() const override { return {}; }
  void advance(milliseconds by) { now_ += by; }

 private:
  base::Steady::time_point now_{std::chrono::hours(1)};
};

struct Deadlines : testing::Test {
  void advance(milliseconds by) {
    clock.advance(by);
    loop.sweep();
  }
  ManualClock clock;
  Loop loop{clock};
  int expired = 0;
  Deadline deadline{[this] { ++expired; }};
};

TEST_F(Deadlines, ExpireAtTheFirstSweepAtTheirTimeAndOnce) {
  for (milliseconds const after : {milliseconds(1), milliseconds(999), milliseconds(1000),
                                   milliseconds(1001), milliseconds(75'000)}) {
    expired = 0;
    loop.arm(deadline, clock.now() + after);
    advance(after - milliseconds(1));
    EXPECT_EQ(expired, 0) << after.count();
    EXPECT_TRUE(deadline.armed());
    advance(milliseconds(1));
    EXPECT_EQ(expired, 1) << after.count();
    EXPECT_FALSE(deadline.armed());
    advance(seconds(1000));
    EXPECT_EQ(expired, 1);
  }
}

TEST_F(Deadlines, ExpireHoweverOftenTheLoopSweepsBefore) {
  loop.arm(deadline, clock.now() + seconds(10));
  for (int i = 0; i < 199; ++i) advance(milliseconds(50));
  EXPECT_EQ(expired, 0);
  advance(milliseconds(50));
  EXPECT_EQ(expired, 1);
}

TEST_F(Deadlines, MayBeMovedNearerAndFartherAndDisarmed) {
  loop.arm(deadline, clock.now() + seconds(100));
  loop.arm(deadline, clock.now() + milliseconds(10));
  advance(milliseconds(10));
  EXPECT_EQ(expired, 1);
  loop.arm(deadline, clock.now() + milliseconds(10));
  loop.arm(deadline, clock.now() + seconds(100));
  advance(seconds(99));
  EXPECT_EQ(expired, 1);
  deadline.disarm();
  advance(seconds(99));
  EXPECT_EQ(expired, 1);
}

TEST_F(Deadlines, MayBeArmedMovedAndDestroyedByAnExpiry) {
  std::vector<int> order;
  std::unique_ptr<Deadline> doomed;
  Deadline moved([&] { order.push_back(3); });
  Deadline first([&] {
    order.push_back(1);
    doomed.reset();
    loop.arm(moved, clock.now() + seconds(5));
    loop.arm(deadline, clock.now());
  });
  doomed = std::make_unique<Deadline>([&] { order.push_back(2); });
  auto const at = clock.now() + milliseconds(100);
  loop.arm(first, at);
  loop.arm(*doomed, at);
  loop.arm(moved, at);
  advance(milliseconds(100));
  EXPECT_EQ(order, std::vector{1});
  EXPECT_EQ(expired, 0);
  advance(milliseconds(0));
  EXPECT_EQ(expired, 1);  // armed by an expiry: at the next sweep, not in the same one
  advance(seconds(5));
  EXPECT_EQ(order, (std::vector{1, 3}));
}

TEST_F(Deadlines, MayOutliveTheirLoop) {
  auto other = std::make_unique<Loop>(clock);
  other->arm(deadline, clock.now() + seconds(1));
  other.reset();
  EXPECT_FALSE(deadline.armed());
}

TEST(Loop, RunsJobsOfOtherThreadsOnItsOwn) {
  Loop loop;
  bool on_loop = false;
  std::thread runner([&] { loop.run(); });
  EXPECT_FALSE(loop.on_thread());
  loop.post([&] {
    on_loop = loop.on_thread();
    loop.stop();
  });
  runner.join();
  EXPECT_TRUE(on_loop);
}

TEST(Loop, DispatchesAtOnceOnItsThreadAndLaterFromElsewhere) {
  Loop loop;
  std::string order;
  loop.dispatch([&] { order += "posted "; });
  EXPECT_EQ(order, "") << "this is not the loop's thread yet";
  loop.post([&] {
    loop.dispatch([&] { order += "inside "; });
    order += "after";
  });
  while (loop.poll() > 0) {
  }
  EXPECT_EQ(order, "posted inside after");
}

TEST(Loop, PollRunsWhatIsReadyAndReturns) {
  Loop loop;
  int ran = 0;
  EXPECT_EQ(loop.poll(), 0U);
  loop.post([&] { ++ran; });
  loop.post([&] { loop.post([&] { ++ran; }); });
  while (loop.poll() > 0) {
  }
  EXPECT_EQ(ran, 2);
}

}  // namespace
}  // namespace rampart::async
