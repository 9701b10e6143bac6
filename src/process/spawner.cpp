#include "process/spawner.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <future>
#include <utility>

#include "process/command_path.hpp"
#include "process/pipe.hpp"

namespace rampart::process {
namespace {
using std::chrono::milliseconds;
constexpr milliseconds reap_interval{5};
constexpr milliseconds last_reaping{2'000};  // a killed process may hang in the kernel

// A signal handler that ran in a child that shares our memory would harm us, so the spawning thread
// takes no signals.
std::thread start_without_signals(std::function<void()> body) {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(body));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

struct Pipes {
  Pipe input, output, error_output, failure;
};

Result<Pipes> make_pipes() {
  Pipes pipes;
  for (Pipe* pipe : {&pipes.input, &pipes.output, &pipes.error_output, &pipes.failure}) {
    auto made = make_pipe();
    if (!made) return fail(std::move(made.error()));
    *pipe = std::move(*made);
  }
  for (int const ours :
       {pipes.input.write.get(), pipes.output.read.get(), pipes.error_output.read.get()})
    ::fcntl(ours, F_SETFL, O_NONBLOCK);
  // Refused beyond the user's share of pipe memory; then it stays as it is.
  ::fcntl(pipes.output.read.get(), F_SETPIPE_SZ, Spawner::output_pipe_bytes);
  return pipes;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_lines(Command const& command) {
  std::vector<std::string> lines;
  for (auto const& [name, value] : command.environment) lines.push_back(name + "=" + value);
  return lines;
}

Exit reap(pid_t leader) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(leader), &info, WEXITED) != 0 && errno == EINTR) {
  }
  if (info.si_code == CLD_EXITED) return Exit{info.si_status, 0};
  return Exit{0, info.si_status};
}

// True when no child of ours is left in the group. Members whose parent died are our children where
// this process is the first of its container.
bool reap_group(pid_t leader) {
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_PGID, static_cast<id_t>(leader), &info, WEXITED | WNOHANG) != 0)
      return errno == ECHILD;
    if (info.si_pid == 0) return false;
  }
}
}  // namespace

Spawner::Spawner() {
  ::signal(SIGPIPE, SIG_IGN);
  thread_ = start_without_signals([this] { work(); });
}

Spawner::~Spawner() {
  {
    std::lock_guard const lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Spawner::work() {
  std::unique_lock lock(mutex_);
  auto const ready = [this] { return closing_ || !jobs_.empty(); };
  while (!(closing_ && jobs_.empty())) {
    if (buried_.empty())
      changed_.wait(lock, ready);
    else
      changed_.wait_for(lock, reap_interval, ready);
    auto jobs = std::exchange(jobs_, {});
    lock.unlock();
    for (auto& job : jobs) job();
    reap_buried();
    lock.lock();
  }
  auto const until = std::chrono::steady_clock::now() + last_reaping;
  while (!buried_.empty() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(reap_interval);
    reap_buried();
  }
}

void Spawner::reap_buried() { std::erase_if(buried_, reap_group); }

void Spawner::call(std::function<void()> job) {
  auto const done = std::make_shared<std::promise<void>>();
  auto const waiting = done->get_future();
  {
    std::lock_guard const lock(mutex_);
    jobs_.push_back([&job, done] {
      job();
      done->set_value();
    });
  }
  changed_.notify_all();
  waiting.wait();
}

Result<Spawned> Spawner::spawn(Command const& command) {
  auto const program = find_program(command);
  if (!program) return fail(program.error());
  auto arguments = command.argv;
  auto lines = environment_lines(command);
  auto const argv = pointers(arguments);
  auto const environment = pointers(lines);
  ExecPlan plan;
  plan.program = program->c_str();
  plan.argv = argv.data();
  plan.environment = environment.data();
  plan.directory = command.directory.empty() ? nullptr : command.directory.c_str();
  plan.watcher = watcher_.socket();
  plan.parent = ::getpid();
  plan.max_open_files = command.max_open_files;
  Result<Spawned> spawned;
  call([&] { spawned = fork_and_exec(command, plan); });
  return spawned;
}

Result<Spawned> Spawner::fork_and_exec(Command const& command, ExecPlan plan) {
  auto pipes = make_pipes();
  if (!pipes) return fail(std::move(pipes.error()));
  plan.input = pipes->input.read.get();
  plan.output = pipes->output.write.get();
  plan.error_output = pipes->error_output.write.get();
  plan.failure = pipes->failure.write.get();
  plan.priority = std::min(::getpriority(PRIO_PROCESS, 0) + std::max(command.nice, 0), 19);
  // Not fork: copying the tables of a large process costs milliseconds, and faults afterwards.
  pid_t const pid = ::vfork();
  if (pid == 0) exec_child(plan);
  if (pid < 0) return fail(exec_error(command, {ExecStage::group, errno}));
  pipes->failure.write.reset();
  ExecFailure failure;
  bool const failed = ::read(pipes->failure.read.get(), &failure, sizeof failure) == sizeof failure;
  base::FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!failed && !handle) failure = {ExecStage::descriptors, errno};
  if (failed || !handle) {
    kill_group(pid);
    reap(pid);
    return fail(exec_error(command, failure));
  }
  return Spawned{pid, std::move(handle), std::move(pipes->input.write),
                 std::move(pipes->output.read), std::move(pipes->error_output.read)};
}

// Before the leader is reaped: until then its number is the group's and nobody else's.
void Spawner::kill_group(pid_t leader) {
  ::kill(-leader, SIGKILL);
  report_group(watcher_.socket(), leader, false);
}

Exit Spawner::collect(pid_t leader) {
  Exit exit;
  call([&] {
    kill_group(leader);
    exit = reap(leader);
    if (!reap_group(leader)) buried_.push_back(leader);
  });
  return exit;
}

void Spawner::bury(pid_t leader) {
  kill_group(leader);
  {
    std::lock_guard const lock(mutex_);
    jobs_.push_back([this, leader] { buried_.push_back(leader); });
  }
  changed_.notify_all();
}

}  // namespace rampart::process
