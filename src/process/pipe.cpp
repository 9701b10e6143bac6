#include "process/pipe.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace rampart::process {
namespace {
// A process that was started without stdin or stdout gets those numbers for its first pipes.
bool move_above_standard(base::FileDescriptor& fd) {
  if (fd.get() > 2) return true;
  base::FileDescriptor moved(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
  fd = std::move(moved);
  return bool(fd);
}

Failure no_pipe() {
  return fail(Errc::unavailable, "no pipe could be made",
              std::error_code(errno, std::generic_category()).message());
}
}  // namespace

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return no_pipe();
  Pipe pipe{base::FileDescriptor(ends[0]), base::FileDescriptor(ends[1])};
  if (!move_above_standard(pipe.read) || !move_above_standard(pipe.write)) return no_pipe();
  return pipe;
}

}  // namespace rampart::process
