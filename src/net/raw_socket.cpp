#include "net/raw_socket.hpp"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

namespace rampart::net {
namespace {
Step not_done(Step::Kind wants) {
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {wants};
  return {Step::Kind::failed, 0, std::generic_category().message(errno)};
}
}  // namespace

Step RawSocket::read(char* to, std::size_t size) {
  ssize_t got = 0;
  do got = ::recv(fd, to, size, 0);
  while (got < 0 && errno == EINTR);
  if (got < 0) {
    Step const step = not_done(Step::Kind::wants_read);
    broken = broken || step.kind == Step::Kind::failed;
    return step;
  }
  if (got == 0) {
    ended = true;
    return {Step::Kind::end};
  }
  return {Step::Kind::progress, static_cast<std::size_t>(got)};
}

Step RawSocket::write(std::string_view bytes) {
  ssize_t sent = 0;
  do sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) return not_done(Step::Kind::wants_write);
  handed += static_cast<std::uint64_t>(sent);
  return {Step::Kind::progress, static_cast<std::size_t>(sent)};
}

std::uint64_t RawSocket::acknowledged() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
  constexpr std::size_t needed =
      offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked;
  return size >= needed ? info.tcpi_bytes_acked : 0;
}

}  // namespace rampart::net
