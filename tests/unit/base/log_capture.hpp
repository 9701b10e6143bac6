// A pipe that stands for stderr: what was logged can be read back, or left unread.
#pragma once
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace rampart::base::testing {

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  }
  ~Pipe() {
    ::close(ends_[0]);
    close_writer();
  }
  Pipe(Pipe const&) = delete;
  Pipe& operator=(Pipe const&) = delete;

  int writer() const { return ends_[1]; }
  void shrink() { ::fcntl(ends_[1], F_SETPIPE_SZ, 4096); }
  void close_writer() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  /// Everything that is in the pipe now.
  std::string read_now() {
    std::string all;
    std::array<char, 4096> block;
    pollfd ready{ends_[0], POLLIN, 0};
    while (::poll(&ready, 1, 0) > 0 && (ready.revents & POLLIN) != 0) {
      auto const n = ::read(ends_[0], block.data(), block.size());
      if (n <= 0) break;
      all.append(block.data(), static_cast<std::size_t>(n));
    }
    return all;
  }
  /// Reads until `lines` line ends have arrived; gives up after ten seconds.
  std::string read_lines(std::size_t lines) {
    std::string all;
    std::size_t seen = 0;
    pollfd ready{ends_[0], POLLIN, 0};
    while (seen < lines && ::poll(&ready, 1, 10'000) > 0) {
      std::array<char, 4096> block;
      auto const n = ::read(ends_[0], block.data(), block.size());
      if (n <= 0) break;
      for (ssize_t i = 0; i < n; ++i) seen += block[static_cast<std::size_t>(i)] == '\n';
      all.append(block.data(), static_cast<std::size_t>(n));
    }
    return all;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

inline std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

}  // namespace rampart::base::testing
