#include "client/line_input.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace rampart::client {

// The terminal is opened anew: a descriptor on a loop must not block, and the one that we inherited
// is shared with the shell, which wants it to.
std::unique_ptr<LineInput> LineInput::of_terminal(async::Loop& loop) {
  std::array<char, 256> name{};
  if (::ttyname_r(STDIN_FILENO, name.data(), name.size()) != 0) return nullptr;
  base::FileDescriptor terminal(::open(name.data(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!terminal) return nullptr;
  return std::make_unique<LineInput>(loop, std::move(terminal));
}

LineInput::LineInput(async::Loop& loop, base::FileDescriptor terminal)
    : terminal_(loop.context(), terminal.release()), wake_(loop) {}

std::optional<std::string> LineInput::take_line() {
  auto const end = buffer_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  auto line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

/// False at ctrl-D, or when the terminal is gone.
bool LineInput::read_more() {
  std::array<char, 4096> bytes;
  auto const got = ::read(terminal_.native_handle(), bytes.data(), bytes.size());
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  return got > 0 && buffer_.size() <= max_line_bytes;
}

Task<std::optional<std::string>> LineInput::next() {
  for (;;) {
    if (interrupted_) co_return std::nullopt;
    if (auto line = take_line()) co_return line;
    auto const readable = [this, alive = std::weak_ptr(alive_)](boost::system::error_code) {
      if (!alive.expired()) wake_.notify();
    };
    terminal_.async_wait(process::LoopDescriptor::wait_read, readable);
    co_await wake_.wait();
    if (interrupted_) continue;
    bool const more = read_more();
    if (!more) {
      buffer_.clear();
      co_return std::nullopt;
    }
  }
}

void LineInput::interrupt() {
  interrupted_ = true;
  boost::system::error_code ignored;
  terminal_.cancel(ignored);
  wake_.notify();
}

}  // namespace rampart::client
