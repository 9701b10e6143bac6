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

PlainStream::PlainStream(std::shared_ptr<async::Poller> poller, base::FileDescriptor socket)
    : poller_(std::move(poller)), socket_(std::move(socket)) {
  drained_ = poller_->add(socket_.get(), *this);
}

std::size_t PlainStream::read_some(char* to, std::size_t size, error_code& ec) {
  ssize_t got = 0;
  do got = ::recv(socket_.get(), to, size, 0);
  while (got < 0 && errno == EINTR);
  // An end that was reported with these bytes is not reported again.
  drained_ = got < static_cast<ssize_t>(size) && !end_reported_;
  ec = got < 0 ? last_error() : got == 0 ? error_code(asio::error::eof) : error_code();
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::size_t PlainStream::write_some(std::string_view bytes, error_code& ec) {
  ssize_t sent = 0;
  do sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  ec = sent < 0 ? last_error() : error_code();
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

void PlainStream::wait_read(StreamEvents& events) {
  reader_ = &events;
  if (!drained_) poller_->again(*this);
}

void PlainStream::wait_write(StreamEvents& events) {
  writer_ = &events;
  poller_->watch_writes(socket_.get(), *this);
}

void PlainStream::on_ready(std::uint32_t events) {
  // The one who is called may close this stream, but not destroy it in the same turn.
  if (events & ~static_cast<std::uint32_t>(EPOLLOUT)) {
    drained_ = false;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) end_reported_ = true;
    if (auto* const reader = std::exchange(reader_, nullptr)) reader->on_readable();
  }
  if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
    if (auto* const writer = std::exchange(writer_, nullptr)) writer->on_writable();
}

bool PlainStream::peer_hung_up() {
  pollfd asked{socket_.get(), POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) == 1;  // POLLHUP and POLLERR are always reported
}

void PlainStream::shutdown_send() { ::shutdown(socket_.get(), SHUT_WR); }

void PlainStream::close() {
  if (!socket_) return;
  poller_->forget(*this);
  reader_ = writer_ = nullptr;
  socket_ = base::FileDescriptor();
}

}  // namespace rampart::http
