#include "base/log_sink.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace rampart::base {
namespace {

bool can_be_full(int fd) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) return true;
  return S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode) || ::isatty(fd) == 1;
}

// The longest run of whole lines within `limit` bytes; `limit` bytes when the first line is longer.
std::string_view whole_lines(std::string_view lines, std::size_t limit) {
  if (lines.size() <= limit) return lines;
  auto const end = lines.rfind('\n', limit - 1);
  return lines.substr(0, end == std::string_view::npos ? limit : end + 1);
}

}  // namespace

LogSink::LogSink(int fd) : fd_(fd), streams_(can_be_full(fd)) {}

bool LogSink::wait_writable(std::chrono::milliseconds timeout) const {
  if (!streams_) return true;
  pollfd waiting{fd_, POLLOUT, 0};
  return ::poll(&waiting, 1, static_cast<int>(timeout.count())) > 0;
}

// Bytes that left; 0 when the descriptor is full. What can never be written (a closed descriptor, a
// full disk) counts as dropped and as gone, or the caller would try it for ever. A disk may be full
// in the middle of a line: what comes when there is room again begins a line of its own.
std::size_t LogSink::write_bytes(std::string_view bytes) {
  // Linux says a pipe is writable when a page is free: then PIPE_BUF bytes do not block.
  if (streams_ && !wait_writable(std::chrono::milliseconds{0})) return 0;
  for (;;) {
    auto const next = torn_ ? std::string_view("\n") : bytes;
    auto const n = ::write(fd_, next.data(), next.size());
    if (n > 0 && std::exchange(torn_, false)) continue;
    if (n > 0) midway_ = bytes[static_cast<std::size_t>(n) - 1] != '\n';
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return 0;
    torn_ = std::exchange(midway_, false) || torn_;
    count_dropped(static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n')));
    return bytes.size();
  }
}

bool LogSink::write_rest() {
  while (!rest_.empty()) {
    auto const n = write_bytes(std::string_view(rest_).substr(0, PIPE_BUF));
    if (n == 0) return false;
    rest_.erase(0, n);
  }
  return true;
}

std::size_t LogSink::write(std::string_view lines) {
  std::lock_guard const lock(mutex_);
  if (!write_rest()) return 0;
  std::size_t taken = 0;
  while (taken < lines.size()) {
    auto const left = lines.substr(taken);
    auto const piece = streams_ ? whole_lines(left, PIPE_BUF) : left;
    auto const n = write_bytes(piece);
    taken += n;
    bool const between_lines = n == 0 ? taken == 0 || lines[taken - 1] == '\n' : false;
    if (n == 0 && !between_lines) {
      auto const end = std::min(left.find('\n'), left.size() - 1) + 1;
      rest_ = left.substr(0, end);
      taken += end;
    }
    if (n == 0) break;
  }
  return taken;
}

void LogSink::write_line(std::string_view line) {
  if (write(line) != 0) {
    stalled_.store(false, std::memory_order_relaxed);
    return;
  }
  bool const first = !stalled_.exchange(true, std::memory_order_relaxed);
  if (first && wait_writable(patience) && write(line) != 0) {
    stalled_.store(false, std::memory_order_relaxed);
    return;
  }
  count_dropped(1);
}

bool LogSink::is_terminal() const { return ::isatty(fd_) == 1; }

}  // namespace rampart::base
