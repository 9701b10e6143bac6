// One child process with its three pipes on a loop: lines in, lines out, and an end that leaves
// nobody behind. Restarting is its owner's matter. Loop thread only.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/loop.hpp"
#include "rampart/error.hpp"

namespace rampart::process {

class Spawner;

struct Command {
  std::vector<std::string> argv;  ///< argv[0] is looked up in PATH of `environment`
  std::map<std::string, std::string> environment;  ///< the whole of it: nothing is inherited
  std::string directory;                           ///< empty: ours
  std::uint64_t max_open_files = 0;                ///< RLIMIT_NOFILE; 0: ours
  int nice = 0;                                    ///< added to ours, 0 to 19
};

struct ChildLimits {
  std::size_t max_line_bytes = 64u << 20;  ///< of stdout; a longer line is skipped and reported
  std::size_t max_error_line_bytes = 16 << 10;  ///< of stderr; the rest of a longer line is cut off
  std::size_t max_write_queue_bytes = 64u << 20;  ///< waiting for stdin; beyond it write() refuses
  std::chrono::milliseconds eof_grace{2'000};     ///< after the end of stdin, until TERM
  std::chrono::milliseconds term_grace{3'000};    ///< after TERM, until KILL
};

struct Exit {
  int status = 0;            ///< exit status, or 0 when a signal ended it
  int signal = 0;            ///< or 0
  std::string text() const;  ///< "exit status 3", "signal 9 (Killed)"
};

class ChildEvents {
 public:
  /// One line of stdout without its end (\n or \r\n); never empty. What stood after the last line
  /// end comes as a line too, when the stream ends.
  virtual void on_line(std::string line) = 0;
  virtual void on_line_too_long() = 0;
  /// One line of stderr, cut to max_error_line_bytes.
  virtual void on_error_line(std::string line) = 0;
  /// Once, after the last line. The whole process group has been killed by then. May destroy the
  /// child, as any event may.
  virtual void on_exit(Exit exit) = 0;

 protected:
  ~ChildEvents() = default;
};

/// A child that closes its stdout or stdin can serve nobody: it is stopped as by stop().
class Child {
 public:
  /// Waits until the program runs; usually less than a millisecond. Errors: unavailable naming what
  /// could not be done ("cannot run npx: there is no such command"), in the detail how to mend it.
  static Result<std::unique_ptr<Child>> start(async::Loop& loop, Spawner& spawner,
                                              Command const& command, ChildLimits const& limits);
  /// Kills the group if it still runs; no event comes any more.
  ~Child();

  /// Once. Nothing is read, and no event comes, before; events come in later turns of the loop.
  void listen(ChildEvents& events);
  /// Queues one line for stdin; its end is added. Returns where the line ends in the stream of all
  /// bytes that were accepted. Errors: overloaded when the queue is full, unavailable when the
  /// child reads no more.
  Result<std::uint64_t> write(std::string line);
  /// How far that stream has been read, or may have been: of what is in the pipe nothing counts as
  /// unread while anybody could still read it. In on_exit: the server cannot have seen all of a
  /// line that ends more than its line end beyond this position.
  std::uint64_t consumed_bytes() const;
  /// What the pipe is too small to hold any more: at most consumed_bytes(), and cheap.
  std::uint64_t surely_read_bytes() const;
  /// Ends stdin after what is queued, then TERM and KILL to the group when their time has come;
  /// on_exit tells of the end.
  void stop();
  void kill();
  /// It is being stopped, or has ended: write() refuses.
  bool ending() const;
  pid_t pid() const;
  /// Of the process and its descendants (see process_tree.hpp); nullopt when it cannot be read.
  std::optional<std::uint64_t> resident_bytes() const;

 private:
  class Implementation;
  explicit Child(std::shared_ptr<Implementation> implementation);
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace rampart::process
