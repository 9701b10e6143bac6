#include "policy/admission_queue.hpp"

#include <gmock/gmock.h>

#include <memory>

namespace rampart::policy {
namespace {
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Queue = AdmissionQueue<int>;
using Verdict = Queue::Verdict;

struct Bulkhead : ::testing::Test {
  base::Steady::time_point now{seconds(1'000)};
  Queue queue{AdmissionOptions{2, 3}};

  Queue::Decision enter(int value, milliseconds patience = seconds(60)) {
    return queue.enter(value, now + patience, now);
  }
  std::vector<int> leave(milliseconds took = milliseconds(10)) {
    return queue.leave(now, took).admitted;
  }
};

TEST_F(Bulkhead, LetsSoManyInAndTheRestWait) {
  EXPECT_EQ(enter(1).verdict, Verdict::admitted);
  EXPECT_EQ(enter(2).verdict, Verdict::admitted);
  EXPECT_EQ(enter(3).verdict, Verdict::queued);
  EXPECT_EQ(queue.in_flight(), 2u);
  EXPECT_EQ(queue.waiting(), 1u);
}

TEST_F(Bulkhead, WhoLeavesMakesRoomForTheFirstWhoWaits) {
  for (int i = 1; i <= 5; ++i) enter(i);
  EXPECT_THAT(leave(), ElementsAre(3));
  EXPECT_THAT(leave(), ElementsAre(4));
  EXPECT_THAT(leave(), ElementsAre(5));
  EXPECT_THAT(leave(), IsEmpty());
  EXPECT_THAT(leave(), IsEmpty());
  EXPECT_EQ(queue.in_flight(), 0u);
}

TEST_F(Bulkhead, NobodyOvertakesWhoWaits) {
  queue.set_max_in_flight(0, now);
  EXPECT_EQ(enter(1).verdict, Verdict::queued);
  EXPECT_THAT(queue.set_max_in_flight(1, now).admitted, ElementsAre(1));
  EXPECT_EQ(enter(2).verdict, Verdict::queued);
  EXPECT_EQ(enter(3).verdict, Verdict::queued);
  EXPECT_THAT(leave(), ElementsAre(2));
}

TEST_F(Bulkhead, AFullQueueRefusesAndSaysWhenToComeBack) {
  for (int i = 1; i <= 5; ++i) enter(i);
  auto const refused = enter(6);
  EXPECT_EQ(refused.verdict, Verdict::refused);
  EXPECT_EQ(refused.refusal, Refusal::queue_full);
  EXPECT_EQ(refused.retry_after, seconds(1)) << "no call has ended: the shortest";
  EXPECT_THAT(refused.evicted, IsEmpty());
}

TEST_F(Bulkhead, TheTimeToComeBackFollowsFromHowLongCallsTake) {
  for (int i = 1; i <= 5; ++i) enter(i);
  leave(seconds(10));
  enter(6);
  // Three wait, two at once, ten seconds each: the queue has run empty, and this one would be
  // served, after 20 s.
  EXPECT_EQ(enter(7).retry_after, seconds(20));
}

TEST_F(Bulkhead, WhoseDeadlinePassedGoesFirstWhenTheQueueIsFull) {
  enter(1);
  enter(2);
  enter(3);
  enter(4, seconds(1));
  enter(5);
  now += seconds(2);
  auto const decision = enter(6);
  EXPECT_EQ(decision.verdict, Verdict::queued);
  EXPECT_THAT(decision.evicted, ElementsAre(4));
  EXPECT_THAT(leave(), ElementsAre(3));
  EXPECT_THAT(leave(), ElementsAre(5));
  EXPECT_THAT(leave(), ElementsAre(6));
}

TEST_F(Bulkhead, WhoseDeadlineCannotBeMetGoesToo) {
  for (int i = 1; i <= 3; ++i) enter(i);
  leave(seconds(10));  // 3 is in; calls take ten seconds
  enter(4);
  enter(5);
  enter(6, seconds(9));  // two in front of it: ten seconds
  auto const decision = enter(7);
  EXPECT_EQ(decision.verdict, Verdict::queued);
  EXPECT_THAT(decision.evicted, ElementsAre(6));
}

TEST_F(Bulkhead, WhileThereIsRoomNobodyIsTurnedAwayByAGuess) {
  for (int i = 1; i <= 3; ++i) enter(i);
  leave(seconds(10));
  EXPECT_EQ(enter(4, seconds(1)).verdict, Verdict::queued);
  EXPECT_EQ(enter(5, seconds(1)).verdict, Verdict::queued);
}

TEST_F(Bulkhead, ANewcomerThatCannotBeServedInTimeIsRefusedAsTooLate) {
  EXPECT_EQ(enter(1).verdict, Verdict::admitted);
  EXPECT_EQ(enter(2).verdict, Verdict::admitted);
  EXPECT_EQ(enter(3, seconds(0)).refusal, Refusal::too_late);
  for (int i = 4; i <= 6; ++i) enter(i, i == 6 ? milliseconds(1) : milliseconds(100'000));
  leave(seconds(10));
  enter(7, seconds(100));
  now += milliseconds(2);
  EXPECT_EQ(enter(8, seconds(9)).refusal, Refusal::too_late);
}

TEST_F(Bulkhead, WhoseDeadlinePassedIsNotWokenButReturned) {
  enter(1);
  enter(2);
  enter(3, seconds(1));
  enter(4);
  now += seconds(1);
  auto const woken = queue.leave(now, milliseconds(1));
  EXPECT_THAT(woken.admitted, ElementsAre(4));
  EXPECT_THAT(woken.expired, ElementsAre(3));
}

TEST_F(Bulkhead, TheSweepTakesOutTheExpired) {
  enter(1);
  enter(2);
  enter(3, seconds(1));
  enter(4);
  EXPECT_THAT(queue.expire(now), IsEmpty());
  now += seconds(1);
  EXPECT_THAT(queue.expire(now), ElementsAre(3));
  EXPECT_EQ(queue.waiting(), 1u);
}

TEST_F(Bulkhead, WhoWaitsMayWithdraw) {
  enter(1);
  enter(2);
  auto const third = enter(3);
  enter(4);
  EXPECT_TRUE(queue.withdraw(third.ticket));
  EXPECT_FALSE(queue.withdraw(third.ticket));
  EXPECT_THAT(leave(), ElementsAre(4));
}

TEST_F(Bulkhead, HeldBackEverybodyWaitsAndIsReleasedTogether) {
  queue.set_max_in_flight(0, now);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(enter(i).verdict, Verdict::queued);
  EXPECT_EQ(enter(4).refusal, Refusal::queue_full);
  EXPECT_THAT(queue.set_max_in_flight(2, now).admitted, ElementsAre(1, 2));
  EXPECT_THAT(leave(), ElementsAre(3));
}

TEST(AdmissionQueue, HoldsWhatCannotBeCopied) {
  AdmissionQueue<std::unique_ptr<int>> queue(AdmissionOptions{1, 1});
  base::Steady::time_point const now{seconds(1)};
  queue.enter(std::make_unique<int>(1), now + seconds(1), now);
  queue.enter(std::make_unique<int>(2), now + seconds(1), now);
  auto const woken = queue.leave(now, seconds(0));
  ASSERT_EQ(woken.admitted.size(), 1u);
  EXPECT_EQ(*woken.admitted.front(), 2);
}

TEST(ServiceTime, FollowsTheLastCallsAndIgnoresNegativeOnes) {
  ServiceTime time;
  EXPECT_EQ(time.wait(100, 1), seconds(0));
  time.add(seconds(8));
  EXPECT_EQ(time.wait(1, 1), seconds(8));
  EXPECT_EQ(time.wait(4, 2), seconds(16));
  time.add(seconds(0));
  EXPECT_EQ(time.wait(1, 1), seconds(7));
  time.add(-seconds(8));
  EXPECT_EQ(time.wait(1, 1), milliseconds(6'125));
  EXPECT_EQ(time.retry_after(1000, 1), seconds(60));
}

}  // namespace
}  // namespace rampart::policy
