#include "http/plain_stream.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <cerrno>
#include <utility>

namespace rampart::http {
namespace asio = boost::asio;
using boost::system::error_code;
namespace {
error_code last_error() {
  if (errno == EAGAIN || errno == EWOULDBLOCK) return asio::error::would_block;
  return {errno, boost::system::system_category()};
}
}  // namespace

// recv and send are called directly: Asio's synchronous calls would ask for the socket's blocking
// mode each time.
std::size_t PlainStream::read_some(char* to, std::size_t size, error_code& ec) {
  ssize_t got = 0;
  do got = ::recv(socket_.native_handle(), to, size, 0);
  while (got < 0 && errno == EINTR);
  ec = got < 0 ? last_error() : got == 0 ? error_code(asio::error::eof) : error_code();
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::size_t PlainStream::write_some(std::string_view bytes, error_code& ec) {
  ssize_t sent = 0;
  do sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  ec = sent < 0 ? last_error() : error_code();
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

void PlainStream::wait_read(Events events) {
  socket_.async_wait(Socket::wait_read, [events = std::move(events)](error_code ec) {
    if (ec != asio::error::operation_aborted) events->on_readable();
  });
}

void PlainStream::wait_write(Events events) {
  socket_.async_wait(Socket::wait_write, [events = std::move(events)](error_code ec) {
    if (ec != asio::error::operation_aborted) events->on_writable();
  });
}

bool PlainStream::peer_hung_up() {
  pollfd asked{socket_.native_handle(), POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) == 1;  // POLLHUP and POLLERR are always reported
}

void PlainStream::shutdown_send() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void PlainStream::close() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace rampart::http
