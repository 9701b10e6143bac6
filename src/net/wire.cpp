#include "net/wire.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace rampart::net {
namespace asio = boost::asio;
using boost::system::error_code;
namespace {
void set(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

// A peer that vanished without a word is noticed after a minute, also on a stream that only
// listens.
void set_options(int fd) {
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

Step failed(int error) { return {Step::Kind::failed, 0, std::generic_category().message(error)}; }
}  // namespace

Wire::Wire(async::Loop& loop) : socket_(loop.context()) {}

Wire::~Wire() {
  if (tls_) tls_->say_goodbye();
}

Step Wire::open(Endpoint const& to) {
  // Not Asio's open, which leaves the socket open across exec.
  int const fd = ::socket(to.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return failed(errno);
  error_code ec;
  socket_.assign(to.protocol(), fd, ec);
  if (ec) {
    ::close(fd);
    return {Step::Kind::failed, 0, ec.message()};
  }
  raw_.fd = fd;
  set_options(fd);
  int const result = ::connect(fd, to.data(), static_cast<socklen_t>(to.size()));
  if (result == 0 || errno == EINPROGRESS || errno == EINTR) return {Step::Kind::wants_write};
  return failed(errno);
}

Step Wire::opened() {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(raw_.fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return failed(error);
  sockaddr_storage peer{};
  socklen_t peer_size = sizeof peer;
  if (::getpeername(raw_.fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0)
    return errno == ENOTCONN ? Step{Step::Kind::wants_write} : failed(errno);
  acknowledged_at_start_ = raw_.acknowledged();
  return {};
}

void Wire::secure(TlsContext const& context, std::string const& host) {
  tls_.emplace(context, raw_, host);
}

Step Wire::read(char* to, std::size_t size) {
  return tls_ ? tls_->read(to, size) : raw_.read(to, size);
}

Step Wire::write(std::string_view bytes) { return tls_ ? tls_->write(bytes) : raw_.write(bytes); }

void Wire::await(Step::Kind step) {
  bool Wire::* const flag =
      step == Step::Kind::wants_write ? &Wire::awaits_write_ : &Wire::awaits_read_;
  if (std::exchange(this->*flag, true)) return;
  auto const what = step == Step::Kind::wants_write ? Socket::wait_write : Socket::wait_read;
  socket_.async_wait(what, [weak = weak_from_this(), flag](error_code) {
    auto const self = weak.lock();
    if (!self) return;
    (*self).*flag = false;
    // A copy: who is told may replace the function or drop the connection.
    if (auto const ready = self->ready_) ready();
  });
}

bool Wire::none_arrived_after(std::uint64_t handed) {
  char byte = 0;
  if (!raw_.ended && !raw_.broken) raw_.ended = ::recv(raw_.fd, &byte, 1, MSG_PEEK) == 0;
  std::uint64_t const acknowledged = raw_.acknowledged();
  return raw_.ended && acknowledged != 0 && acknowledged <= acknowledged_at_start_ + handed;
}

}  // namespace rampart::net
