#include "runtime/health_command.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

namespace rampart::runtime {
namespace {

constexpr int patience_seconds = 5;
constexpr std::size_t max_answer = 64 * 1024;

struct Target {
  std::string host = "localhost";
  std::string port;
  std::string path;
};

bool parse(std::string url, Target& out) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return false;
  url.erase(0, scheme.size());
  auto const end = url.find_first_of("/?#");
  if (end != std::string::npos) {
    if (url[end] == '/' && url.size() > end + 1) out.path = url.substr(end);
    url.resize(end);
  }
  auto const bracket = url.find(']');
  auto const colon = url.find(':', bracket == std::string::npos ? 0 : bracket);
  out.port = colon == std::string::npos ? "80" : url.substr(colon + 1);
  out.host = url.substr(0, colon);
  if (out.host.starts_with('[')) out.host = out.host.substr(1, out.host.size() - 2);
  return !out.host.empty();
}

int connect_to(Target const& target) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found) != 0) return -1;
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> const list(found, &freeaddrinfo);
  for (auto const* address = found; address; address = address->ai_next) {
    int const fd =
        ::socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);
    if (fd < 0) continue;
    timeval const limit{patience_seconds, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (::connect(fd, address->ai_addr, address->ai_addrlen) == 0) return fd;
    ::close(fd);
  }
  return -1;
}

std::string exchange(int fd, Target const& target) {
  auto const request =
      "GET " + target.path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size()))
    return {};
  std::string answer;
  char buffer[4096];
  while (answer.size() < max_answer) {
    auto const got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got <= 0) break;
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  return answer;
}

}  // namespace

int health_command(std::string const& url, config::Config::Server const& server, bool ready) {
  Target target;
  target.port = std::to_string(server.port);
  bool const everywhere = server.bind == "0.0.0.0" || server.bind == "::" || server.bind.empty();
  if (!everywhere) target.host = server.bind;
  if (!url.empty() && !parse(url, target)) {
    std::fprintf(stderr, "health: the URL must be http://host[:port][/path]\n");
    return 2;
  }
  if (target.path.empty()) target.path = ready ? "/ready" : "/health";
  int const fd = connect_to(target);
  if (fd < 0) {
    std::fprintf(stderr, "health: nothing answers at %s port %s\n", target.host.c_str(),
                 target.port.c_str());
    return 1;
  }
  auto const answer = exchange(fd, target);
  ::close(fd);
  auto const body = answer.find("\r\n\r\n");
  if (body != std::string::npos) std::printf("%s\n", answer.c_str() + body + 4);
  return answer.starts_with("HTTP/1.1 200 ") ? 0 : 1;
}

}  // namespace rampart::runtime
