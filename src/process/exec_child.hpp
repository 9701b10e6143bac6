// The child's side of a start, between fork and exec. The child shares its parent's memory, and
// other threads may hold any lock: nothing here allocates, and only async-signal-safe calls are
// made.
#pragma once
#include <sys/resource.h>
#include <sys/types.h>

namespace rampart::process {

/// Prepared by the parent; everything it points to outlives the exec.
struct ExecPlan {
  char const* program = nullptr;  ///< a path; nothing is searched
  char* const* argv = nullptr;
  char* const* environment = nullptr;
  char const* directory = nullptr;  ///< null: ours
  int input = -1;                   ///< become 0, 1 and 2
  int output = -1;
  int error_output = -1;
  int failure = -1;  ///< where an ExecFailure is written; closed by a successful exec
  int watcher = -1;  ///< see watcher.hpp
  pid_t parent = 0;
  rlim_t max_open_files = 0;  ///< 0: ours
  int priority = 0;           ///< the nice value to have
};

enum class ExecStage : int { group, directory, open_files, priority, descriptors, program };

struct ExecFailure {
  ExecStage stage = ExecStage::program;
  int error = 0;  ///< errno
};

/// Becomes the program, or reports why not and ends.
[[noreturn]] void exec_child(ExecPlan const& plan);

}  // namespace rampart::process
