#include "transport/line_io.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace rampart::transport {

LineReader::LineReader(int fd, LineLimits limits, std::function<void(Event, std::string)> deliver)
    : fd_(fd), wake_fd_(::eventfd(0, EFD_CLOEXEC)), limits_(limits), deliver_(std::move(deliver)) {
  if (wake_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  thread_ = std::thread([this] { run(); });
}

LineReader::~LineReader() {
  std::uint64_t const one = 1;
  [[maybe_unused]] auto const written = ::write(wake_fd_, &one, sizeof one);
  thread_.join();
  ::close(wake_fd_);
}

void LineReader::run() {
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    std::array<pollfd, 2> wait{{{fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}}};
    if (::poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) break;
    if (wait[1].revents != 0) return;
    if (wait[0].revents == 0) continue;
    auto const got = ::read(fd_, buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) break;
    take(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
  }
  if (!partial_.empty() && !skipping_) deliver_(Event::line, std::move(partial_));
  deliver_(Event::end, {});
}

void LineReader::take(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const end = bytes.find('\n');
    auto const part = bytes.substr(0, end);
    if (!skipping_ && partial_.size() + part.size() > limits_.max_line_bytes) {
      skipping_ = true;
      partial_.clear();
      deliver_(Event::too_long, {});
    }
    if (!skipping_) partial_ += part;
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    if (!std::exchange(skipping_, false)) {
      if (partial_.ends_with('\r')) partial_.pop_back();
      if (!partial_.empty()) deliver_(Event::line, std::exchange(partial_, {}));
    }
  }
}

LineWriter::LineWriter(int fd, LineLimits limits)
    : fd_(fd), limits_(limits), thread_([this] { run(); }) {}

LineWriter::~LineWriter() {
  {
    std::lock_guard const lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LineWriter::write(std::string line) {
  line += '\n';
  {
    std::lock_guard const lock(mutex_);
    if (failed_) return;
    if (bytes_ + line.size() > limits_.max_queue_bytes) {
      failed_ = true;
      return;
    }
    bytes_ += line.size();
    queue_.push_back(std::move(line));
  }
  changed_.notify_all();
}

void LineWriter::flush() {
  std::unique_lock lock(mutex_);
  emptied_.wait(lock, [this] { return failed_ || (queue_.empty() && !writing_); });
}

void LineWriter::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    if (queue_.empty() || failed_) {
      if (closing_) return;
      queue_.clear();
      continue;
    }
    std::string const line = std::move(queue_.front());
    queue_.pop_front();
    writing_ = true;
    lock.unlock();
    std::string_view rest = line;
    while (!rest.empty()) {
      auto const written = ::write(fd_, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) break;
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    lock.lock();
    writing_ = false;
    bytes_ -= line.size();
    if (!rest.empty()) failed_ = true;
    if (queue_.empty() || failed_) emptied_.notify_all();
  }
}

}  // namespace rampart::transport
