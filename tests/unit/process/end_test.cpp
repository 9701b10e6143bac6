// How children end, and that nobody stays behind.
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "harness.hpp"

namespace rampart::process::test {
namespace {
using std::chrono::milliseconds;
using std::chrono::seconds;

// As npx does it: a shell between us and a server, which ignores the end of its stdin and polite
// signals.
std::string const stubborn_server =
    "process.on('SIGTERM', () => console.log('heard TERM')); process.on('SIGHUP', () => {});"
    "process.stdin.on('end', () => console.log('heard end')).resume(); setInterval(() => {}, 1000);"
    "console.log('node ' + process.pid)";
std::string const tree = "echo sh $$; node -e \"" + stubborn_server + "\"; true";

pid_t number_after(std::string const& word, std::vector<std::string> const& lines) {
  for (auto const& line : lines)
    if (line.starts_with(word + " ")) return std::stoi(line.substr(word.size() + 1));
  return 0;
}

class ManualClock : public base::Clock {
 public:
  base::Steady::time_point now() const override { return now_; }
  base::Wall::time_point wall() const override { return {}; }
  void advance(milliseconds by) { now_ += by; }

 private:
  base::Steady::time_point now_{std::chrono::hours(1)};
};

struct End : Processes {
  /// Starts the tree and finds its server.
  std::unique_ptr<Child> start_tree() {
    auto child = start(shell(tree));
    EXPECT_TRUE(until([this] { return number_after("node", events.lines) != 0; }));
    server.emplace(number_after("node", events.lines));
    EXPECT_TRUE(server->runs());
    return child;
  }
  std::optional<Stranger> server;
};

TEST_F(End, GivesTheExitStatus) {
  auto const child = start(shell("exit 3"));
  ASSERT_TRUE(until_exit());
  EXPECT_EQ(events.exit->text(), "exit status 3");
}

TEST_F(End, GivesTheSignal) {
  auto const child = start(shell("kill -9 $$"));
  ASSERT_TRUE(until_exit());
  EXPECT_EQ(events.exit->text(), "signal 9 (Killed)");
}

TEST_F(End, ComesAfterAllThatTheChildHasSaid) {
  auto const child = start(shell("seq 1 20000; printf last; exit 1"));
  ASSERT_TRUE(until_exit());
  ASSERT_EQ(events.lines.size(), 20001u);
  EXPECT_EQ(events.lines_at_exit, 20001u);
  EXPECT_EQ(events.lines[19999], "20000");
  EXPECT_EQ(events.lines[20000], "last");
}

TEST_F(End, ComesAfterWhatIsStillInThePipe) {
  // While the first line is handled the leader ends, and then another of its group writes a last
  // line, so that the loop hears of the end first.
  std::string const other =
      "trap 'echo late; exit' USR1; echo \\$\\$; while :; do sleep 1000 & wait; done";
  auto const child = start(shell("sh -c \"" + other + "\" & read go; exit 3"));
  events.at_line = [&] {
    if (events.lines.size() > 1) return;
    pid_t const pid = std::stoi(events.lines[0]);
    Stranger const writer(pid);
    EXPECT_TRUE(child->write("go"));
    EXPECT_TRUE(Stranger(child->pid()).ends_within(hang_limit));
    ::kill(pid, SIGUSR1);
    EXPECT_TRUE(writer.ends_within(hang_limit));
  };
  ASSERT_TRUE(until_exit());
  ASSERT_EQ(events.lines.size(), 2u);
  EXPECT_EQ(events.lines[1], "late");
}

TEST_F(End, OfInputEndsAPoliteChild) {
  auto const child = start(shell("exec cat"));
  ASSERT_TRUE(child->write("before"));
  child->stop();
  EXPECT_FALSE(child->write("after"));
  ASSERT_TRUE(until_exit());
  EXPECT_EQ(events.exit->text(), "exit status 0");
  EXPECT_EQ(events.lines, (std::vector<std::string>{"before"}));
}

// By a clock of the test's own, so that each step is seen.
struct EndInSteps : testing::Test {
  std::unique_ptr<Child> start_and_stop(std::string script) {
    auto child = Child::start(loop, spawner, shell(std::move(script)), limits);
    EXPECT_TRUE(child);
    (*child)->listen(events);
    EXPECT_TRUE(turn_until(loop, [&] { return number_after("node", events.lines) != 0; }));
    (*child)->stop();
    (*child)->stop();
    EXPECT_TRUE(says("heard end"));
    return std::move(*child);
  }
  bool says(std::string const& line) {
    return turn_until(loop, [&] {
      return std::find(events.lines.begin(), events.lines.end(), line) != events.lines.end();
    });
  }
  /// Nothing happens before `step`, which then comes.
  void reach(milliseconds step) {
    clock.advance(step - milliseconds(1));
    loop.sweep();
    loop.poll();
    EXPECT_EQ(events.exits, 0);
    clock.advance(milliseconds(1));
    loop.sweep();
  }
  bool until_exit() {
    return turn_until(loop, [this] { return events.exits == 1; });
  }

  ManualClock clock;
  async::Loop loop{clock};
  Spawner spawner;
  ChildLimits limits;
  Recorder events;
};

TEST_F(EndInSteps, TermsAfterTheEndOfInput) {
  auto const child = start_and_stop(tree);
  reach(limits.eof_grace);
  ASSERT_TRUE(until_exit());  // the shell dies of it, and the server with the shell
  EXPECT_EQ(events.exit->signal, SIGTERM);
}

TEST_F(EndInSteps, KillsAfterTerm) {
  auto const child = start_and_stop("exec node -e \"" + stubborn_server + "\"");
  reach(limits.eof_grace);
  ASSERT_TRUE(says("heard TERM"));
  reach(limits.term_grace);
  ASSERT_TRUE(until_exit());
  EXPECT_EQ(events.exit->signal, SIGKILL);
}

TEST_F(End, OfTheLeaderEndsItsWholeGroup) {
  auto const child = start_tree();
  ::kill(child->pid(), SIGKILL);
  ASSERT_TRUE(until_exit());
  EXPECT_EQ(events.exit->signal, SIGKILL);
  EXPECT_TRUE(server->ends_within(seconds(5)));
}

TEST_F(End, ByKillEndsTheWholeGroup) {
  auto const child = start_tree();
  child->kill();
  ASSERT_TRUE(until_exit());
  EXPECT_TRUE(server->ends_within(seconds(5)));
}

TEST_F(End, ByDestructionEndsTheWholeGroupAndSaysNothing) {
  auto child = start_tree();
  Stranger const leader(child->pid());
  child.reset();
  EXPECT_TRUE(leader.ends_within(seconds(5)));
  EXPECT_TRUE(server->ends_within(seconds(5)));
  loop.poll();
  EXPECT_EQ(events.exits, 0);
}

TEST_F(End, IsNotHeldBackByAFloodFromOutsideTheGroup) {
  auto const child = start(shell("setsid sh -c 'echo $$; exec yes' & read go; exit 5"));
  ASSERT_TRUE(until_lines(100'000));  // the flood is there
  Stranger const outside(std::stoi(events.lines[0]));
  ASSERT_TRUE(child->write("go"));
  ASSERT_TRUE(until_exit());
  EXPECT_EQ(events.exit->status, 5);
  EXPECT_TRUE(outside.ends_within(seconds(5))) << "its pipe has no reader any more";
}

// The gateway of these tests is this program with --gateway; see main.cpp.
struct Gateway : End {
  std::unique_ptr<Child> start_gateway(std::vector<std::string> commands) {
    auto command = shell("");
    command.argv = {std::filesystem::read_symlink("/proc/self/exe"), "--gateway"};
    for (auto& child : commands) command.argv.push_back(std::move(child));
    return start(command);
  }
};

TEST_F(Gateway, KilledWithSignalNineLeavesNoProcessOfAnyTree) {
  auto const other = "echo direct $$; trap '' TERM; while :; do sleep 1000; done";
  auto const gateway = start_gateway({tree, other});
  ASSERT_TRUE(until_lines(4));
  std::vector<Stranger> all;
  for (std::string const word : {"sh", "node", "direct", "watcher"}) {
    all.emplace_back(number_after(word, events.lines));
    ASSERT_TRUE(all.back().runs()) << word;
  }
  ::kill(gateway->pid(), SIGKILL);
  for (auto const& process : all) EXPECT_TRUE(process.ends_within(seconds(5)));
  ASSERT_TRUE(until_exit());
}

TEST_F(Gateway, WatchesOnWhenEverybodyIsAskedToEnd) {
  auto const gateway = start_gateway({tree});
  ASSERT_TRUE(until_lines(3));
  pid_t const watcher = number_after("watcher", events.lines);
  Stranger const server(number_after("node", events.lines)), watching(watcher);
  for (int const signal : {SIGTERM, SIGINT, SIGHUP}) ::kill(watcher, signal);
  EXPECT_NE(::getpgid(watcher), ::getpgid(gateway->pid()));
  EXPECT_TRUE(server.runs());
  ::kill(gateway->pid(), SIGKILL);
  EXPECT_TRUE(server.ends_within(seconds(5)));
  EXPECT_TRUE(watching.ends_within(seconds(5)));
}

long open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

// The watcher is the only child that is left, and it runs.
bool no_zombies() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

TEST_F(End, TwoHundredTimesLeavesNoDescriptorAndNoZombie) {
  auto const once = [this](int i) {
    Recorder events;
    auto child = Child::start(loop, spawner, shell("echo hello; exec cat"), limits);
    ASSERT_TRUE(child);
    (*child)->listen(events);
    ASSERT_TRUE(until([&] { return events.lines.size() == 1; }));
    if (i % 3 == 0) (*child)->stop();
    if (i % 3 == 1) (*child)->kill();
    if (i % 3 != 2) {
      ASSERT_TRUE(until([&] { return events.exits == 1; }));
    }
  };
  once(0);
  loop.poll();
  auto const before = open_descriptors();
  for (int i = 0; i < 200; ++i) once(i);
  loop.poll();
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_TRUE(until(no_zombies));
}

TEST_F(End, MemoryOfTheWholeTreeCounts) {
  auto const child = start(shell(
      "echo ready; read go; node -e \"console.log('node'); setInterval(() => {}, 1000)\"; true"));
  ASSERT_TRUE(until_lines(1));
  auto const shell_only = child->resident_bytes();
  ASSERT_TRUE(shell_only);
  EXPECT_LT(*shell_only, 10u << 20);
  ASSERT_TRUE(child->write("go"));
  ASSERT_TRUE(until_lines(2));
  auto const with_server = child->resident_bytes();
  ASSERT_TRUE(with_server);
  EXPECT_GT(*with_server, *shell_only + (20u << 20));
  child->kill();
  ASSERT_TRUE(until_exit());
  EXPECT_FALSE(child->resident_bytes());
}

}  // namespace
}  // namespace rampart::process::test
