#include "unit/net/peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <stdexcept>

namespace rampart::net::test {
namespace {
std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}
}  // namespace

void Signal::set() {
  std::lock_guard const lock(mutex_);
  set_ = true;
  changed_.notify_all();
}

bool Signal::wait() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(20), [this] { return set_; });
}

std::string PeerRequest::header(std::string const& name) const {
  auto const it = headers.find(name);
  return it == headers.end() ? "(none)" : it->second;
}

PeerConnection::PeerConnection(int fd, int index, TlsServer const* tls) : fd_(fd), index_(index) {
  if (!tls) return;
  ssl_ = SSL_new(tls->context());
  SSL_set_fd(ssl_, fd_);
}

PeerConnection::~PeerConnection() {
  close();
  SSL_free(ssl_);
}

std::string PeerConnection::more() {
  std::array<char, 4096> bytes;
  int got = 0;
  if (ssl_ && !SSL_is_init_finished(ssl_) && SSL_accept(ssl_) != 1) return {};
  if (ssl_)
    got = SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()));
  else
    got = static_cast<int>(::recv(fd_, bytes.data(), bytes.size(), 0));
  return {bytes.data(), static_cast<std::size_t>(std::max(got, 0))};
}

PeerRequest PeerConnection::read_request() {
  PeerRequest request;
  while (buffer_.find("\r\n\r\n") == std::string::npos) {
    std::string const bytes = more();
    if (bytes.empty()) return {};
    buffer_ += bytes;
  }
  std::size_t const end = buffer_.find("\r\n\r\n");
  std::string const head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  std::size_t line_end = head.find("\r\n");
  std::size_t const space = head.find(' ');
  request.method = head.substr(0, space);
  request.target = head.substr(space + 1, head.find(' ', space + 1) - space - 1);
  for (std::size_t at = line_end + 2; at < head.size(); at = line_end + 2) {
    line_end = head.find("\r\n", at);
    std::size_t const colon = head.find(':', at);
    request.headers[lower(head.substr(at, colon - at))] =
        head.substr(colon + 2, line_end - colon - 2);
  }
  auto const length = request.headers.find("content-length");
  std::size_t const size = length == request.headers.end() ? 0 : std::stoul(length->second);
  while (buffer_.size() < size) {
    std::string const bytes = more();
    if (bytes.empty()) return {};
    buffer_ += bytes;
  }
  request.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return request;
}

void PeerConnection::wait_end() {
  while (!more().empty()) {
  }
}

void PeerConnection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t const sent = ssl_ ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void PeerConnection::respond(std::string_view status, std::string_view content_type,
                             std::string_view body, std::string_view more_headers) {
  std::string text = "HTTP/1.1 " + std::string(status) + "\r\n";
  if (!content_type.empty()) text += "Content-Type: " + std::string(content_type) + "\r\n";
  text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  text.append(more_headers).append("\r\n").append(body);
  write(text);
}

void PeerConnection::begin_stream(std::string_view more_headers) {
  std::string text = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
  write(text.append("Transfer-Encoding: chunked\r\n").append(more_headers).append("\r\n"));
}

void PeerConnection::chunk(std::string_view bytes) {
  std::array<char, 20> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
  write(std::string(size.data()).append(bytes).append("\r\n"));
}

void PeerConnection::close() {
  if (fd_ < 0) return;
  if (ssl_ && SSL_is_init_finished(ssl_)) SSL_shutdown(ssl_);
  ::close(fd_);
  fd_ = -1;
}

void PeerConnection::reset() {
  linger const now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(fd_);
  fd_ = -1;
}

void PeerConnection::interrupt() { ::shutdown(fd_, SHUT_RDWR); }

Peer::Peer(Script script, TlsServer const* tls) : script_(std::move(script)), tls_(tls) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, name, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, name, &size) != 0)
    throw std::runtime_error("the test server cannot listen");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

Peer::~Peer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    std::lock_guard const lock(mutex_);
    for (auto const& connection : connections_) connection->interrupt();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Peer::accept_all() {
  // OpenSSL writes with write(2); the signal of a client that has gone is for these threads only,
  // so that the tests still see one that the code under test causes.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  for (;;) {
    int const fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    auto const connection = std::make_shared<PeerConnection>(fd, accepted_++, tls_);
    std::lock_guard const lock(mutex_);
    connections_.push_back(connection);
    threads_.emplace_back([this, connection] {
      script_(*connection);
      std::lock_guard const closing(mutex_);
      connection->close();
    });
  }
}

std::string Peer::url(std::string const& path, std::string const& host) const {
  return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_) + path;
}

}  // namespace rampart::net::test
