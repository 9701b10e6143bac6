// Readiness of socket pairs: edges, leftovers, and sources that go while others are told.
#include "async/poller.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>

namespace rampart::async {
namespace {

struct Pair final : Poller::Source {
  Pair() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    ours = fds[0];
    theirs = fds[1];
  }
  ~Pair() {
    ::close(ours);
    if (theirs >= 0) ::close(theirs);
  }
  void on_ready(std::uint32_t events) override {
    ++told;
    seen |= events;
    if (then) then();
  }
  void send(std::string const& bytes) const {
    ASSERT_EQ(::write(theirs, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  int ours = -1;
  int theirs = -1;
  int told = 0;
  std::uint32_t seen = 0;
  std::function<void()> then;
};

struct PollerTest : testing::Test {
  void run() {
    for (int i = 0; i < 10; ++i) loop.poll();
  }
  Loop loop;
  std::shared_ptr<Poller> poller = Poller::make(loop);
  Pair a;
  Pair b;
};

TEST_F(PollerTest, TellsOncePerArrivalAndNotOfWhatIsLeft) {
  ASSERT_TRUE(poller->add(a.ours, a));
  run();
  EXPECT_EQ(a.told, 0);
  a.send("one");
  run();
  EXPECT_EQ(a.told, 1);
  EXPECT_EQ(a.seen, std::uint32_t{EPOLLIN});
  run();
  EXPECT_EQ(a.told, 1);
  a.send("two");
  run();
  EXPECT_EQ(a.told, 2);
}

TEST_F(PollerTest, TellsOfTheEnd) {
  ASSERT_TRUE(poller->add(a.ours, a));
  ::close(a.theirs);
  a.theirs = -1;
  run();
  EXPECT_TRUE(a.seen & EPOLLRDHUP);
}

TEST_F(PollerTest, TellsAgainIfAsked) {
  ASSERT_TRUE(poller->add(a.ours, a));
  poller->again(a);
  EXPECT_EQ(a.told, 0);  // in a later turn
  a.then = [this] {
    if (a.told < 3) poller->again(a);
  };
  run();
  EXPECT_EQ(a.told, 3);
}

TEST_F(PollerTest, TellsOfRoomOnlyWhenAsked) {
  ASSERT_TRUE(poller->add(a.ours, a));
  run();
  EXPECT_EQ(a.told, 0);
  ASSERT_TRUE(poller->watch_writes(a.ours, a));
  run();
  EXPECT_TRUE(a.seen & EPOLLOUT);
}

TEST_F(PollerTest, DoesNotTellWhoIsForgottenByAnotherInTheSameTurn) {
  ASSERT_TRUE(poller->add(a.ours, a));
  ASSERT_TRUE(poller->add(b.ours, b));
  a.then = [this] { poller->forget(b); };
  b.then = [this] { poller->forget(a); };
  a.send("x");
  b.send("x");
  run();
  EXPECT_EQ(a.told + b.told, 1);
}

TEST_F(PollerTest, DoesNotTellWhoHasAskedAgainAndIsForgotten) {
  ASSERT_TRUE(poller->add(a.ours, a));
  a.then = [this] { poller->forget(b); };
  poller->again(a);
  poller->again(b);
  run();
  EXPECT_EQ(a.told, 1);
  EXPECT_EQ(b.told, 0);
}

TEST_F(PollerTest, TellsOfMoreThanOneTurnHolds) {
  std::vector<std::unique_ptr<Pair>> pairs;
  for (int i = 0; i < 200; ++i) {
    pairs.push_back(std::make_unique<Pair>());
    ASSERT_TRUE(poller->add(pairs.back()->ours, *pairs.back()));
    pairs.back()->send("x");
  }
  run();
  for (auto const& pair : pairs) EXPECT_EQ(pair->told, 1);
}

TEST_F(PollerTest, MayGoBeforeWhatItHasPosted) {
  ASSERT_TRUE(poller->add(a.ours, a));
  a.send("x");
  poller->again(a);
  poller.reset();
  run();
  EXPECT_EQ(a.told, 0);
}

TEST_F(PollerTest, RefusesWhatCannotBeWatched) { EXPECT_FALSE(poller->add(-1, a)); }

}  // namespace
}  // namespace rampart::async
