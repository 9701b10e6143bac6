#include "runtime/signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

namespace rampart::runtime {

SignalWait::SignalWait() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal_fd_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  wake_fd_ = ::eventfd(0, EFD_CLOEXEC);
  if (signal_fd_ < 0 || wake_fd_ < 0)
    throw std::system_error(errno, std::generic_category(), "signalfd");
}

SignalWait::~SignalWait() {
  ::close(signal_fd_);
  ::close(wake_fd_);
}

Wakeup SignalWait::wait(std::chrono::milliseconds limit) {
  std::array<pollfd, 2> fds{{{signal_fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}}};
  int const ready = ::poll(fds.data(), fds.size(), static_cast<int>(limit.count()));
  if (ready <= 0) return Wakeup::timeout;
  if (fds[0].revents != 0) {
    signalfd_siginfo info{};
    if (::read(signal_fd_, &info, sizeof info) != sizeof info) return Wakeup::timeout;
    return info.ssi_signo == SIGHUP ? Wakeup::reload : Wakeup::terminate;
  }
  std::uint64_t count = 0;
  [[maybe_unused]] auto const got = ::read(wake_fd_, &count, sizeof count);
  return Wakeup::woken;
}

Wakeup SignalWait::wait() {
  for (;;) {
    auto const why = wait(std::chrono::hours(24));
    if (why != Wakeup::timeout) return why;
  }
}

void SignalWait::wake() {
  std::uint64_t const one = 1;
  [[maybe_unused]] auto const written = ::write(wake_fd_, &one, sizeof one);
}

}  // namespace rampart::runtime
