#include "async/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace rampart::async {
namespace {

TEST(WorkerPool, RunsEveryJobItAccepted) {
  std::atomic<int> ran{0};
  WorkerPool pool(3, 1000);
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(pool.submit([&ran] { ++ran; }));
  pool.join();
  EXPECT_EQ(ran, 500);
}

TEST(WorkerPool, TakesOneJobPerThreadAndAsManyAsTheQueueHoldsAndNoMore) {
  WorkerPool pool(2, 3);
  std::promise<void> go;
  std::shared_future<void> const wait(go.get_future());
  for (int i = 0; i < 2 + 3; ++i) EXPECT_TRUE(pool.submit([wait] { wait.wait(); }));
  EXPECT_FALSE(pool.submit([] {}));
  EXPECT_EQ(pool.queued(), 3U);
  EXPECT_EQ(pool.threads(), 2U);
  go.set_value();
  pool.join();
  EXPECT_EQ(pool.queued(), 0U);
}

TEST(WorkerPool, StartsAtLeastOneThread) {
  WorkerPool pool(0, 1);
  std::promise<void> ran;
  EXPECT_TRUE(pool.submit([&ran] { ran.set_value(); }));
  ran.get_future().wait();
  EXPECT_EQ(pool.threads(), 1U);
}

TEST(WorkerPool, TakesNothingAfterJoin) {
  WorkerPool pool(1, 10);
  pool.join();
  EXPECT_FALSE(pool.submit([] { FAIL(); }));
}

TEST(WorkerPoolDeathTest, EndsTheProcessIfAnExceptionLeavesAJob) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_DEATH(
      {
        WorkerPool pool(1, 1);
        pool.submit([] { throw 1; });
        pool.join();
      },
      "");
}

}  // namespace
}  // namespace rampart::async
