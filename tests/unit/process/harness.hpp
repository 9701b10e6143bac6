// Real children on a loop that the test turns by hand.
#pragma once
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/loop.hpp"
#include "process/child.hpp"
#include "process/spawner.hpp"

namespace rampart::process::test {

inline constexpr std::chrono::seconds hang_limit{60};

/// A shell command with our PATH.
inline Command shell(std::string script) {
  Command command;
  command.argv = {"sh", "-c", std::move(script)};
  command.environment["PATH"] = std::getenv("PATH");
  return command;
}

/// Remembers what happened.
struct Recorder : ChildEvents {
  void on_line(std::string line) override {
    lines.push_back(std::move(line));
    if (at_line) at_line();
  }
  void on_line_too_long() override { ++too_long; }
  void on_error_line(std::string line) override { errors.push_back(std::move(line)); }
  void on_exit(Exit how) override {
    exit = how;
    ++exits;
    lines_at_exit = lines.size();
    if (at_exit) at_exit();
  }
  std::vector<std::string> lines, errors;
  int too_long = 0;
  int exits = 0;
  std::size_t lines_at_exit = 0;
  std::optional<Exit> exit;
  std::function<void()> at_line, at_exit;
};

/// Turns the loop until `done`; false when it hangs.
inline bool turn_until(async::Loop& loop, std::function<bool()> const& done) {
  auto const limit = std::chrono::steady_clock::now() + hang_limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() > limit) return false;
    loop.sweep();
    loop.context().run_one_for(std::chrono::milliseconds(20));
  }
  return true;
}

/// Someone else's process, held by a pidfd so that its number cannot deceive.
class Stranger {
 public:
  explicit Stranger(pid_t pid) : handle_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  bool found() const { return bool(handle_); }
  bool ends_within(std::chrono::milliseconds limit) const {
    pollfd asked{handle_.get(), POLLIN, 0};
    return handle_ && ::poll(&asked, 1, static_cast<int>(limit.count())) == 1;
  }
  bool runs() const { return handle_ && !ends_within(std::chrono::milliseconds(0)); }

 private:
  base::FileDescriptor handle_;
};

struct Processes : testing::Test {
  std::unique_ptr<Child> start(Command const& command) {
    auto child = Child::start(loop, spawner, command, limits);
    if (!child) {
      ADD_FAILURE() << child.error().message << ": " << child.error().detail;
      return nullptr;
    }
    (*child)->listen(events);
    return std::move(*child);
  }
  Error refusal(Command const& command) {
    auto const child = Child::start(loop, spawner, command, limits);
    EXPECT_FALSE(child);
    return child ? Error() : child.error();
  }
  bool until(std::function<bool()> const& done) { return turn_until(loop, done); }
  bool until_exit() {
    return until([this] { return events.exits > 0; });
  }
  bool until_lines(std::size_t count) {
    return until([this, count] { return events.lines.size() >= count; });
  }

  async::Loop loop;
  Spawner spawner;
  ChildLimits limits;
  Recorder events;
};

}  // namespace rampart::process::test
