// A small process that outlives a gateway which was killed with signal 9, just long enough to kill
// the gateway's children. The kernel's parent-death signal reaches only direct children: of `npx`
// it would leave the shell and the server alive.
#pragma once
#include <sys/types.h>

#include "base/file_descriptor.hpp"

namespace rampart::process {

/// Tells the watcher behind `socket` that a process group runs, or that it has been killed.
/// Async-signal-safe. Never blocks: without a watcher there is only less protection.
void report_group(int socket, pid_t group, bool running);

/// Forked by its constructor: make it before other threads run, while the process is small. It is
/// in a session of its own, ignores what asks programs to end, holds no descriptor but its socket,
/// and ends when the last copy of the other side is closed, by a destructor or by the kernel.
class Watcher {
 public:
  static constexpr std::size_t max_groups = 4096;  ///< remembered; further ones are not

  /// Throws std::system_error.
  Watcher();
  ~Watcher();
  Watcher(Watcher const&) = delete;
  Watcher& operator=(Watcher const&) = delete;
  int socket() const { return socket_.get(); }
  pid_t pid() const { return pid_; }

 private:
  base::FileDescriptor socket_;
  pid_t pid_ = -1;
};

}  // namespace rampart::process
