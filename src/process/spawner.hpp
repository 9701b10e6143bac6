// Starts child processes and buries them, all on one thread: the parent-death signal follows the
// thread that forked, and a number that one thread alone reaps cannot come back as another process
// meanwhile.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/file_descriptor.hpp"
#include "process/child.hpp"
#include "process/exec_child.hpp"
#include "process/watcher.hpp"

namespace rampart::process {

/// A process that has been started; it leads a group of its own.
struct Spawned {
  pid_t pid = 0;
  base::FileDescriptor handle;  ///< a pidfd: readable when the process has ended
  base::FileDescriptor input;   ///< our ends of its pipes, non-blocking
  base::FileDescriptor output;
  base::FileDescriptor error_output;
};

/// One for a process, made early (see Watcher) and destroyed after its children. Ignores SIGPIPE
/// from then on: a child may close its stdin at any time. Any thread may call.
class Spawner {
 public:
  static constexpr int output_pipe_bytes = 1 << 20;  ///< a large result then takes one wake-up

  /// Throws std::system_error.
  Spawner();
  /// Kills what still runs.
  ~Spawner();
  Spawner(Spawner const&) = delete;
  Spawner& operator=(Spawner const&) = delete;

  /// Waits until the program runs or could not be started; usually less than a millisecond. Errors:
  /// see Child::start.
  Result<Spawned> spawn(Command const& command);
  /// Kills the rest of the group of a process that has ended, and tells how that ended. Waits some
  /// microseconds.
  Exit collect(pid_t leader);
  /// Kills the group and reaps it in the background.
  void bury(pid_t leader);
  pid_t watcher() const { return watcher_.pid(); }

 private:
  void work();
  void call(std::function<void()> job);
  Result<Spawned> fork_and_exec(Command const& command, ExecPlan plan);
  void kill_group(pid_t leader);
  void reap_buried();

  Watcher watcher_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool closing_ = false;
  std::vector<pid_t> buried_;  // killed groups with members that we have to reap; the thread's own
  std::thread thread_;
};

}  // namespace rampart::process
