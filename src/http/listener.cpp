#include "http/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <limits>
#include <utility>

namespace rampart::http {
namespace asio = boost::asio;
using boost::system::error_code;
namespace {
constexpr int accepts_per_turn = 64;  // the connections that are already here get a turn too
constexpr std::chrono::milliseconds descriptor_back_off{100};

// What accept(2) reports of a connection that died in the queue: the next one may be fine.
bool is_passing(int error) {
  return error == EINTR || error == ECONNABORTED || error == EPROTO || error == ENETDOWN ||
         error == ENOPROTOOPT || error == EHOSTDOWN || error == EHOSTUNREACH ||
         error == ENETUNREACH;
}
}  // namespace

Listener::Listener(async::Loop& loop, std::shared_ptr<Shared> shared, Give give)
    : loop_(loop),
      shared_(std::move(shared)),
      give_(std::move(give)),
      acceptor_(loop.context()),
      retry_([this] { accept_and_wait(); }) {}

Listener::~Listener() = default;

void Listener::start(ListeningSocket listening) {
  shared_->hold();
  asio::post(loop_.context(),
             [self = shared_from_this(), listening = std::move(listening)]() mutable {
               if (self->abandoned_) return;
               error_code ec;
               self->acceptor_.assign(listening.endpoint.protocol(), listening.socket.get(), ec);
               if (!ec) listening.socket.release();
               self->open_ = !ec;
               self->accept_and_wait();
             });
}

void Listener::stop() {
  loop_.post([self = shared_from_this()] { self->close(); });
}

void Listener::abandon() {
  abandoned_ = true;
  open_ = false;
  retry_.disarm();
  error_code ignored;
  acceptor_.close(ignored);
}

void Listener::close() {
  if (!std::exchange(open_, false)) return;
  while (accept_some(std::numeric_limits<int>::max()) == Drained::more) {
  }
  retry_.disarm();
  error_code ignored;
  acceptor_.close(ignored);
  shared_->release();
}

void Listener::wait() {
  acceptor_.async_wait(Acceptor::wait_read, [self = shared_from_this()](error_code ec) {
    if (!ec) self->accept_and_wait();
  });
}

void Listener::accept_and_wait() {
  if (!open_) return;
  if (accept_some(accepts_per_turn) == Drained::out_of_descriptors)
    loop_.arm(retry_, loop_.now() + descriptor_back_off);
  else
    wait();
}

Listener::Drained Listener::accept_some(int at_most) {
  for (int i = 0; i < at_most; ++i) {
    asio::ip::tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    // accept4, because Asio's accept leaves the socket open across exec.
    base::FileDescriptor socket(
        ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (is_passing(errno)) continue;
      bool const none = errno == EAGAIN || errno == EWOULDBLOCK;
      return none ? Drained::queue_empty : Drained::out_of_descriptors;
    }
    int const on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    give_({std::move(socket), address_text(peer.address())});
  }
  return Drained::more;
}

}  // namespace rampart::http
