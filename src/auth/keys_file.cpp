// Reading a keys file and adding to it.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "auth/keys.hpp"

namespace rampart::auth {
namespace {

class File {
 public:
  File(std::string const& path, int flags, mode_t mode = 0)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, mode)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(File const&) = delete;
  File& operator=(File const&) = delete;
  int fd() const { return fd_; }

 private:
  int const fd_;
};

Failure system_error(std::string const& path) {
  return fail(Errc::invalid_params,
              path + ": " + std::error_code(errno, std::generic_category()).message());
}

Result<std::string> read_all(int fd, std::string const& path, struct stat* info) {
  struct stat own{};
  if (::fstat(fd, &own) != 0) return system_error(path);
  if (info != nullptr) *info = own;
  if (!S_ISREG(own.st_mode))
    return fail(Errc::invalid_params, path + ": a keys file must be a regular file");
  std::string out(max_keys_file_bytes + 1, '\0');
  std::size_t size = 0;
  while (size < out.size()) {
    auto const got = ::pread(fd, out.data() + size, out.size() - size, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > max_keys_file_bytes)
    return fail(Errc::invalid_params, path + ": a keys file has at most " +
                                          std::to_string(max_keys_file_bytes) + " bytes");
  out.resize(size);
  return out;
}

}  // namespace

Result<std::string> read_keys_file(std::string const& path, struct stat* info) {
  File const file(path, O_RDONLY);
  if (file.fd() < 0) return system_error(path);
  return read_all(file.fd(), path, info);
}

Result<void> append_key_line(std::string const& path, std::string const& line) {
  File const file(path, O_RDWR | O_APPEND | O_CREAT, 0600);
  if (file.fd() < 0) return system_error(path);
  if (::flock(file.fd(), LOCK_EX) != 0) return system_error(path);  // two at once: one name twice
  auto text = read_all(file.fd(), path, nullptr);
  if (!text) return Failure(text.error());
  std::string addition = text->empty() || text->ends_with('\n') ? "" : "\n";
  addition += line + "\n";
  auto const together = *text + addition;
  if (together.size() > max_keys_file_bytes)
    return fail(Errc::invalid_params, path + ": a keys file has at most " +
                                          std::to_string(max_keys_file_bytes) + " bytes");
  if (auto const lines = parse_key_lines(together, path); !lines) return Failure(lines.error());
  // In one write: a server that looks now sees the line whole or not at all.
  auto const written = ::write(file.fd(), addition.data(), addition.size());
  if (written != static_cast<ssize_t>(addition.size())) return system_error(path);
  return {};
}

}  // namespace rampart::auth
