#include "process/exec_child.hpp"

#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

#include "process/watcher.hpp"

namespace rampart::process {
namespace {
[[noreturn]] void give_up(ExecPlan const& plan, ExecStage stage) {
  ExecFailure const failure{stage, errno};
  // If even this fails the parent reads an end of file, and then the death of the child.
  [[maybe_unused]] auto const written = ::write(plan.failure, &failure, sizeof failure);
  ::_exit(127);
}

// The signal follows the thread that forked: the spawner's, which ends with the process.
void die_with(ExecPlan const& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(127);  // it died before prctl
}

bool limit_open_files(rlim_t most) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  // The hard limit too: Node raises the soft one to it.
  if (most < limit.rlim_max) limit.rlim_max = most;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

// Ignored signals stay ignored through an exec, and so does the mask; the parent ignores SIGPIPE.
void restore_signals() {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}
}  // namespace

void exec_child(ExecPlan const& plan) {
  if (::setpgid(0, 0) != 0) give_up(plan, ExecStage::group);
  die_with(plan);
  report_group(plan.watcher, ::getpid(), true);
  if (::dup2(plan.input, 0) < 0 || ::dup2(plan.output, 1) < 0 || ::dup2(plan.error_output, 2) < 0)
    give_up(plan, ExecStage::descriptors);
  if (plan.directory && ::chdir(plan.directory) != 0) give_up(plan, ExecStage::directory);
  if (plan.max_open_files && !limit_open_files(plan.max_open_files))
    give_up(plan, ExecStage::open_files);
  if (::setpriority(PRIO_PROCESS, 0, plan.priority) != 0) give_up(plan, ExecStage::priority);
  // Not everything in the parent is close-on-exec: Asio's sockets are not.
  if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0) give_up(plan, ExecStage::descriptors);
  restore_signals();
  ::execve(plan.program, plan.argv, plan.environment);
  give_up(plan, ExecStage::program);
}

}  // namespace rampart::process
