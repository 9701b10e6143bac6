// What goes through the three pipes of a child.
#include <algorithm>

#include "harness.hpp"

namespace rampart::process::test {
namespace {

struct Pipes : Processes {};

TEST_F(Pipes, EchoLines) {
  auto const child = start(shell("exec cat"));
  EXPECT_TRUE(child->write("one"));
  EXPECT_TRUE(child->write("two"));
  ASSERT_TRUE(until_lines(2));
  EXPECT_EQ(events.lines, (std::vector<std::string>{"one", "two"}));
}

TEST_F(Pipes, GiveALineThatComesInTwoHalvesAsOne) {
  auto const child = start(shell("printf 'first '; read go; printf 'second\\n'; exec cat"));
  ASSERT_TRUE(child->write("go"));
  ASSERT_TRUE(until_lines(1));
  EXPECT_EQ(events.lines[0], "first second");
}

TEST_F(Pipes, CarryTenMegabytesInOneLineBothWays) {
  auto const child = start(shell("exec cat"));
  std::string const large(10 << 20, 'x');
  ASSERT_TRUE(child->write(large));
  ASSERT_TRUE(child->write("after"));
  ASSERT_TRUE(until_lines(2));
  EXPECT_EQ(events.lines[0], large);
  EXPECT_EQ(events.lines[1], "after");
}

TEST_F(Pipes, SkipAnOversizedLineAndReportIt) {
  limits.max_line_bytes = 1'000'000;
  auto const child = start(shell("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo fine"));
  ASSERT_TRUE(until_exit());
  EXPECT_EQ(events.too_long, 1);
  EXPECT_EQ(events.lines, (std::vector<std::string>{"fine"}));
}

TEST_F(Pipes, LetOthersHaveTheirTurnDuringAFlood) {
  auto const flood = start(shell("yes noise"));
  Recorder quiet;
  auto other = Child::start(loop, spawner, shell("exec cat"), limits);
  ASSERT_TRUE(other);
  (*other)->listen(quiet);
  for (std::size_t round = 1; round <= 20; ++round) {
    ASSERT_TRUE((*other)->write("ping"));
    ASSERT_TRUE(until([&] { return quiet.lines.size() == round; }));
    events.lines.clear();
  }
}

TEST_F(Pipes, GiveErrorLinesCutToTheirBound) {
  limits.max_error_line_bytes = 10;
  auto const child =
      start(shell("echo 'a long line of trouble' >&2; echo short >&2; printf last >&2"));
  ASSERT_TRUE(until_exit());
  EXPECT_EQ(events.errors, (std::vector<std::string>{"a long lin", "short", "last"}));
  EXPECT_TRUE(events.lines.empty());
}

TEST_F(Pipes, RefuseToQueueMoreThanTheBoundAndStillReadWhatTheChildSays) {
  limits.max_write_queue_bytes = 1 << 20;
  auto const child =
      start(shell("echo ready; i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done;"
                  " echo done; exec sleep 1000"));
  std::string const line(64 << 10, 'x');
  int taken = 0;
  Result<std::uint64_t> written;
  while ((written = child->write(line))) ASSERT_LT(++taken, 100);
  EXPECT_EQ(written.error().code, Errc::overloaded);
  EXPECT_GE(taken, 15);
  EXPECT_TRUE(child->write("a short one still fits"));
  ASSERT_TRUE(until_lines(2002));
  EXPECT_EQ(events.lines.back(), "done");
}

TEST_F(Pipes, CarryEveryLineInOrderWhenTheChildReadsSlowly) {
  auto const child = start(shell("read go; exec cat"));
  std::string const filler(3000, 'x');
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(child->write(std::to_string(i) + filler));
  ASSERT_TRUE(until_lines(499));  // the first is "go"
  for (int i = 1; i < 500; ++i) EXPECT_EQ(events.lines[i - 1], std::to_string(i) + filler);
}

TEST_F(Pipes, TellWhichLinesNobodyHasRead) {
  auto const child = start(shell("read first; echo got $first; exec sleep 1000"));
  auto const first = child->write("1");
  std::string const rest(100'000, 'x');
  auto const second = child->write(rest);  // sh reads byte by byte, so none of it
  auto const third = child->write(rest);   // and this did not even fit into the pipe
  ASSERT_TRUE(first && second && third);
  ASSERT_TRUE(until_lines(1));
  EXPECT_GE(child->consumed_bytes(), *first);  // somebody could still read the rest
  std::uint64_t consumed = 0;
  events.at_exit = [&] { consumed = child->consumed_bytes(); };
  child->kill();
  ASSERT_TRUE(until_exit());
  EXPECT_EQ(consumed, *first);
  EXPECT_LE(child->surely_read_bytes(), consumed);
  EXPECT_GT(*second, *first);
  EXPECT_GT(*third, *second);
}

TEST_F(Pipes, RefuseLinesForAChildThatClosedItsInputAndStopIt) {
  limits.eof_grace = limits.term_grace = std::chrono::milliseconds(0);
  auto const child = start(shell("exec <&-; echo closed; exec sleep 1000"));
  ASSERT_TRUE(until_lines(1));
  auto const written = child->write("anybody?");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::unavailable);
  ASSERT_TRUE(until_exit());
}

TEST_F(Pipes, StopAChildThatClosedItsOutput) {
  limits.eof_grace = limits.term_grace = std::chrono::milliseconds(0);
  auto const child = start(shell("echo bye; exec >&-; exec sleep 1000"));
  ASSERT_TRUE(until_exit());
  EXPECT_EQ(events.lines, (std::vector<std::string>{"bye"}));
  EXPECT_EQ(events.exit->signal, SIGTERM);
}

TEST_F(Pipes, BringNothingBeforeSomebodyListensAndEverythingThen) {
  auto child = Child::start(loop, spawner, shell("echo one; echo two; exit 3"), limits);
  ASSERT_TRUE(child);
  ASSERT_TRUE(Stranger((*child)->pid()).ends_within(hang_limit));
  loop.poll();
  EXPECT_EQ(events.exits, 0);
  (*child)->listen(events);
  ASSERT_TRUE(until_exit());
  EXPECT_EQ(events.lines, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(events.exit->status, 3);
}

TEST_F(Pipes, MayBeDestroyedByAnyOfTheirEvents) {
  for (bool const at_exit : {false, true}) {
    Recorder events;
    std::unique_ptr<Child> child;
    bool destroyed = false;
    auto const destroy = [&] {
      child.reset();
      destroyed = true;
    };
    (at_exit ? events.at_exit : events.at_line) = destroy;
    auto started = Child::start(loop, spawner, shell("echo one; echo two; echo three >&2"), limits);
    ASSERT_TRUE(started);
    child = std::move(*started);
    // All of it is there by then, so that the events come from one turn.
    ASSERT_TRUE(Stranger(child->pid()).ends_within(hang_limit));
    child->listen(events);
    ASSERT_TRUE(until([&] { return destroyed; }));
    loop.poll();
    EXPECT_EQ(events.lines.size(), at_exit ? 2u : 1u);
    EXPECT_EQ(events.exits, at_exit ? 1 : 0);
  }
}

}  // namespace
}  // namespace rampart::process::test
