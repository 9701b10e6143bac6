// A child process that is watched while it ends: what process::Child hides, because it clears up at
// once, is what is looked at here. Loop thread only.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "async/condition.hpp"
#include "process/line_reader.hpp"
#include "process/line_writer.hpp"
#include "process/spawner.hpp"
#include "rampart/task.hpp"

namespace rampart::client {

class Patient {
 public:
  static constexpr std::size_t max_line_bytes = 64u << 20;

  /// Errors: as process::Spawner::spawn. Both references outlive it.
  static Result<std::unique_ptr<Patient>> start(async::Loop& loop, process::Spawner& spawner,
                                                process::Command const& command);
  /// Kills what still runs.
  ~Patient();
  Patient(Patient const&) = delete;
  Patient& operator=(Patient const&) = delete;

  void write(std::string line) { (void)input_->write(std::move(line)); }
  /// Waits for the answer to this id; false: it did not come.
  Task<bool> answered(std::int64_t id, base::Steady::time_point until);
  void end_input();
  /// SIGTERM to the group, as a supervisor would send it.
  void terminate();
  /// Waits for the end of the process that was started; true: it ended.
  Task<bool> ended(base::Steady::time_point until);
  /// Names of processes that descend from it, or are of its group, and live without it. Gives them
  /// until `until`.
  Task<std::vector<std::string>> left_behind(base::Steady::time_point until);
  /// Kills everything. How the process ended.
  process::Exit collect();

 private:
  struct Process {
    pid_t pid = 0, parent = 0, group = 0;
    char state = 0;
    std::uint64_t started = 0;
    std::string name;
  };
  Patient(async::Loop& loop, process::Spawner& spawner, process::Spawned spawned);
  static std::vector<Process> processes();
  void wait_for_end();
  void remember_descendants();
  std::vector<Process> survivors() const;

  async::Loop& loop_;
  process::Spawner& spawner_;
  pid_t const pid_;
  process::LoopDescriptor handle_;
  async::Condition changed_;
  std::shared_ptr<process::LineWriter> input_;
  std::shared_ptr<process::LineReader> output_;
  std::shared_ptr<process::LineReader> error_output_;
  std::vector<std::int64_t> answers_;
  std::vector<Process> descendants_;
  bool ended_ = false;
  bool collected_ = false;
  std::shared_ptr<bool> const alive_ = std::make_shared<bool>(true);
};

}  // namespace rampart::client
