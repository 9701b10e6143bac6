#include "process/watcher.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace rampart::process {
namespace {
struct Record {
  std::int32_t group;
  std::int32_t running;
};

// From here on to the end of run() this is the forked process: only async-signal-safe calls,
// because threads that are not in it may have held locks.

// The socket becomes descriptor 3, and the only one besides /dev/null.
void detach(int socket) {
  ::dup2(socket, 3);
  ::setsid();
  ::prctl(PR_SET_NAME, "rampart-watcher");
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  for (int const signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2})
    ::sigaction(signal, &ignore, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // Whoever waits for the end of the gateway's stdout must not wait for this process.
  int const null = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) null >= 0 ? ::dup2(null, fd) : ::close(fd);
  ::close_range(4, ~0U, 0);
}

class Groups {
 public:
  void add(pid_t group) {
    if (count_ < groups_.size()) groups_[count_++] = group;
  }
  void remove(pid_t group) {
    auto* const end = groups_.data() + count_;
    if (auto* const at = std::find(groups_.data(), end, group); at != end) *at = groups_[--count_];
  }
  void kill() const {
    for (std::size_t i = 0; i < count_; ++i) ::kill(-groups_[i], SIGKILL);
  }

 private:
  std::array<pid_t, Watcher::max_groups> groups_{};
  std::size_t count_ = 0;
};

[[noreturn]] void run(int socket) {
  detach(socket);
  Groups groups;
  for (;;) {
    Record record{};
    auto const got = ::recv(3, &record, sizeof record, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got != sizeof record) break;
    record.running ? groups.add(record.group) : groups.remove(record.group);
  }
  groups.kill();
  ::_exit(0);
}

[[noreturn]] void no_watcher() {
  throw std::system_error(errno, std::generic_category(), "the process watcher");
}
}  // namespace

void report_group(int socket, pid_t group, bool running) {
  Record const record{group, running};
  [[maybe_unused]] auto const sent =
      ::send(socket, &record, sizeof record, MSG_NOSIGNAL | MSG_DONTWAIT);
}

Watcher::Watcher() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) no_watcher();
  base::FileDescriptor theirs(ends[1]);
  socket_ = base::FileDescriptor(ends[0]);
  pid_ = ::fork();
  if (pid_ < 0) no_watcher();
  if (pid_ == 0) run(theirs.get());
}

Watcher::~Watcher() {
  ::shutdown(socket_.get(), SHUT_RDWR);  // reaches it even if somebody forked a copy
  ::kill(pid_, SIGCONT);                 // somebody may have stopped it
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace rampart::process
