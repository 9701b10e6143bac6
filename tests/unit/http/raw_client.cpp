#include "raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace rampart::http::test {

RawClient::RawClient(std::uint16_t port, bool ipv6) {
  fd_ = ::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval const limit{10, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  int connected = -1;
  if (ipv6) {
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(port);
    to.sin6_addr = in6addr_loopback;
    connected = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to);
  } else {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to);
  }
  if (connected != 0) close();
}

RawClient::~RawClient() { close(); }
RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), unread_(std::move(other.unread_)) {}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t const sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::fill() {
  std::array<char, 65536> buffer;
  ssize_t const got = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  unread_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

Answer RawClient::read_answer(bool to_head) {
  Answer answer;
  std::size_t head_end = 0;
  while ((head_end = unread_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return answer;
  std::string const head = unread_.substr(0, head_end + 2);
  unread_.erase(0, head_end + 4);
  answer.status = std::stoi(head.substr(9, 3));
  for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
    std::size_t const end = head.find("\r\n", at);
    std::size_t const colon = head.find(": ", at);
    std::string name = head.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    answer.headers[name] = head.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  if (to_head || answer.status < 200 || answer.status == 204 || answer.status == 304) {
    answer.complete = true;
  } else if (answer.headers.contains("content-length")) {
    std::size_t const size = std::stoul(answer.headers["content-length"]);
    while (unread_.size() < size)
      if (!fill()) return answer;
    answer.body = unread_.substr(0, size);
    unread_.erase(0, size);
    answer.complete = true;
  } else if (answer.headers["transfer-encoding"] == "chunked") {
    for (;;) {
      std::size_t line = 0;
      while ((line = unread_.find("\r\n")) == std::string::npos)
        if (!fill()) return answer;
      std::size_t const size = std::stoul(unread_.substr(0, line), nullptr, 16);
      while (unread_.size() < line + 2 + size + 2)
        if (!fill()) return answer;
      answer.body += unread_.substr(line + 2, size);
      unread_.erase(0, line + 2 + size + 2);
      if (size == 0) break;
    }
    answer.complete = true;
  } else {
    answer.body = read_all();
    answer.complete = true;
  }
  return answer;
}

std::string RawClient::read_until(std::string_view text) {
  while (unread_.find(text) == std::string::npos)
    if (!fill()) break;
  return std::exchange(unread_, {});
}

std::string RawClient::read_all() {
  while (fill()) {
  }
  return std::exchange(unread_, {});
}

bool RawClient::at_end() {
  if (!unread_.empty()) return false;
  char byte = 0;
  ssize_t const got = ::recv(fd_, &byte, 1, 0);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

bool RawClient::is_silent() {
  if (!unread_.empty()) return false;
  pollfd asked{fd_, POLLIN | POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) == 0;
}

void RawClient::half_close() { ::shutdown(fd_, SHUT_WR); }

void RawClient::reset() {
  linger const now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

void RawClient::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::string get(std::string_view path, std::string_view lines) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: here\r\n" + std::string(lines) + "\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view lines) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: here\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(lines) + "\r\n" + std::string(body);
}

}  // namespace rampart::http::test
