#include "process/line_writer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace rampart::process {
namespace {
constexpr std::size_t lines_per_write = 16;

std::uint64_t pipe_bytes(base::FileDescriptor const& pipe) {
  return static_cast<std::uint64_t>(std::max(::fcntl(pipe.get(), F_GETPIPE_SZ), 0));
}
}  // namespace

LineWriter::LineWriter(async::Loop& loop, base::FileDescriptor pipe, std::size_t max_queue_bytes,
                       std::function<void()> on_broken)
    : capacity_(pipe_bytes(pipe)),
      pipe_(loop.context(), pipe.release()),
      max_queue_bytes_(max_queue_bytes),
      on_broken_(std::move(on_broken)) {}

Result<std::uint64_t> LineWriter::write(std::string line) {
  auto const unread = [] { return fail(Errc::unavailable, "the server reads no more"); };
  if (ending_ || broken_ || !pipe_.is_open()) return unread();
  if (line.size() + 1 > max_queue_bytes_ - queued_bytes_)
    return fail(Errc::overloaded, "the server reads too slowly",
                std::to_string(queued_bytes_) + " bytes wait for its stdin");
  line += '\n';
  bool const idle = queue_.empty();
  queued_bytes_ += line.size();
  accepted_ += line.size();
  auto const position = accepted_;
  queue_.push_back(std::move(line));
  if (idle) flush();
  if (broken_) return unread();
  return position;
}

void LineWriter::flush() {
  while (!queue_.empty()) {
    std::array<iovec, lines_per_write> parts;
    auto const count = std::min(queue_.size(), parts.size());
    for (std::size_t i = 0; i < count; ++i) parts[i] = {queue_[i].data(), queue_[i].size()};
    parts[0].iov_base = queue_[0].data() + front_sent_;
    parts[0].iov_len -= front_sent_;
    auto const wrote = ::writev(pipe_.native_handle(), parts.data(), static_cast<int>(count));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0 && errno == EAGAIN) return wait();
    if (wrote < 0) {
      broken_ = true;
      return on_broken_();
    }
    sent(static_cast<std::size_t>(wrote));
  }
  if (ending_) close();
}

void LineWriter::sent(std::size_t bytes) {
  written_ += bytes;
  queued_bytes_ -= bytes;
  front_sent_ += bytes;
  while (!queue_.empty() && front_sent_ >= queue_.front().size()) {
    front_sent_ -= queue_.front().size();
    queue_.pop_front();
  }
}

void LineWriter::wait() {
  pipe_.async_wait(LoopDescriptor::wait_write,
                   [weak = weak_from_this()](boost::system::error_code ec) {
                     if (ec) return;
                     if (auto const self = weak.lock()) self->flush();
                   });
}

void LineWriter::end() {
  if (std::exchange(ending_, true)) return;
  if (queue_.empty()) close();
}

std::uint64_t LineWriter::consumed_bytes() {
  if (!pipe_.is_open()) return written_;
  pollfd asked{pipe_.native_handle(), 0, 0};
  // As long as somebody has the other end open, all that is in the pipe may still be read.
  if (::poll(&asked, 1, 0) != 1 || !(asked.revents & POLLERR)) return written_;
  int unread = 0;
  if (::ioctl(pipe_.native_handle(), FIONREAD, &unread) != 0) return written_;
  return written_ - static_cast<std::uint64_t>(unread);
}

void LineWriter::close() {
  boost::system::error_code ignored;
  pipe_.close(ignored);
}

}  // namespace rampart::process
