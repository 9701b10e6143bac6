#include "process/line_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace rampart::process {
namespace {
constexpr std::size_t buffer_bytes = 64 << 10;
}

LineReader::LineReader(async::Loop& loop, base::FileDescriptor pipe, LineSplitter lines,
                       std::function<void(LineSplitter::Line)> on_line,
                       std::function<void()> on_end)
    : pipe_(loop.context(), pipe.release()),
      lines_(std::move(lines)),
      on_line_(std::move(on_line)),
      on_end_(std::move(on_end)) {}

void LineReader::wait() {
  // Looks at the pipe anew, so bytes that were left in it are reported at once.
  pipe_.async_wait(LoopDescriptor::wait_read,
                   [weak = weak_from_this()](boost::system::error_code ec) {
                     if (ec) return;
                     if (auto const self = weak.lock()) self->turn();
                   });
}

void LineReader::turn() {
  auto const state = read(max_turn_bytes);
  if (!pipe_.is_open()) return;
  if (state != State::end) return wait();
  hand_out_rest();
  if (!pipe_.is_open()) return;
  close();
  on_end_();
}

LineReader::State LineReader::read(std::size_t most) {
  char buffer[buffer_bytes];
  while (most > 0) {
    auto const got = ::read(pipe_.native_handle(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return State::empty;
    if (got <= 0) return State::end;
    auto const size = static_cast<std::size_t>(got);
    hand_out({buffer, size});
    if (!pipe_.is_open()) return State::end;
    if (size < sizeof buffer) return State::empty;
    most -= std::min(most, size);
  }
  return State::more;
}

void LineReader::hand_out(std::string_view bytes) {
  lines_.give(bytes);
  while (pipe_.is_open()) {
    auto line = lines_.next();
    if (!line) return;
    on_line_(std::move(*line));
  }
}

void LineReader::hand_out_rest() {
  if (auto line = lines_.rest()) on_line_(std::move(*line));
}

void LineReader::finish() {
  if (!pipe_.is_open()) return;
  auto const self = shared_from_this();
  // What the ended process wrote is in the pipe; more than it holds can only be others' output.
  int const capacity = ::fcntl(pipe_.native_handle(), F_GETPIPE_SZ);
  read(std::max(static_cast<std::size_t>(std::max(capacity, 0)), buffer_bytes));
  if (pipe_.is_open()) hand_out_rest();
  close();
}

void LineReader::close() {
  boost::system::error_code ignored;
  pipe_.close(ignored);
}

}  // namespace rampart::process
