// Waiting, waking and cancelling, and the coroutines that do it.
#include "async/wake.hpp"

#include <gtest/gtest.h>

#include <boost/asio/cancellation_signal.hpp>
#include <memory>

#include "async/spawn.hpp"

namespace rampart::async {
namespace {

struct WakeTest : testing::Test {
  Task<void> wait_times(int times) {
    for (int i = 0; i < times; ++i) {
      co_await wake.wait();
      ++woken;
    }
  }
  void run() {
    while (loop.poll() > 0) {
    }
  }
  Loop loop;
  TaskGroup group;
  Wake wake{loop};
  int woken = 0;
};

TEST_F(WakeTest, ANotifyEndsTheWait) {
  spawn(loop, group, "waiter", wait_times(2));
  run();
  EXPECT_EQ(woken, 0);
  wake.notify();
  EXPECT_EQ(woken, 0);  // in a later turn
  run();
  EXPECT_EQ(woken, 1);
  wake.notify_inline();
  EXPECT_EQ(woken, 2);  // in this one
  run();
  EXPECT_EQ(group.running(), 0);
}

TEST_F(WakeTest, NotifiesWithNobodyWaitingAreRememberedAsOne) {
  wake.notify();
  wake.notify_inline();
  wake.notify();
  spawn(loop, group, "waiter", wait_times(2));
  run();
  EXPECT_EQ(woken, 1);
  wake.notify();
  run();
}

TEST_F(WakeTest, ACancelEndsTheWaitAndLaterWaitsWaitAgain) {
  auto signal = std::make_shared<boost::asio::cancellation_signal>();
  bool gone = false;
  spawn(loop, group, "waiter", wait_times(2), signal.get(), [&gone, signal] { gone = true; });
  run();
  signal->emit(boost::asio::cancellation_type::terminal);
  signal->emit(boost::asio::cancellation_type::terminal);
  run();
  EXPECT_EQ(woken, 1);
  signal.reset();  // what spawn was given to call keeps it
  wake.notify();
  run();
  EXPECT_EQ(woken, 2);
  EXPECT_TRUE(gone);
}

TEST_F(WakeTest, GoneIsCalledAlsoForATaskThatNeverWaited) {
  auto signal = std::make_shared<boost::asio::cancellation_signal>();
  std::weak_ptr<boost::asio::cancellation_signal> const left = signal;
  spawn(loop, group, "waiter", wait_times(0), signal.get(), [signal] {});
  signal.reset();
  run();
  EXPECT_TRUE(left.expired());
}

TEST_F(WakeTest, AbandoningDestroysTheWaitingCoroutine) {
  auto local = std::make_shared<int>(1);
  std::weak_ptr<int> const left = local;
  auto waiter = [](Wake& on, std::shared_ptr<int>) -> Task<void> { co_await on.wait(); };
  spawn(loop, group, "waiter", waiter(wake, std::move(local)));
  run();
  EXPECT_FALSE(left.expired());
  wake.abandon();
  run();
  EXPECT_TRUE(left.expired());
}

TEST_F(WakeTest, TheGroupSaysWhenItIsEmpty) {
  int empty = 0;
  group.on_empty = [&] { ++empty; };
  spawn(loop, group, "one", wait_times(1));
  spawn(loop, group, "two", wait_times(0));
  run();
  EXPECT_EQ(group.running(), 1);
  EXPECT_EQ(empty, 0);
  wake.notify();
  run();
  EXPECT_EQ(empty, 1);
}

TEST_F(WakeTest, AnEscapedExceptionIsReportedWithTheTasksName) {
  std::string name;
  on_escaped_exception([&](std::string_view task, std::exception_ptr) { name = task; });
  auto thrower = []() -> Task<void> {
    throw 1;
    co_return;
  };
  spawn(loop, group, "thrower", thrower());
  run();
  on_escaped_exception([](std::string_view, std::exception_ptr) { std::terminate(); });
  EXPECT_EQ(name, "thrower");
}

}  // namespace
}  // namespace rampart::async
