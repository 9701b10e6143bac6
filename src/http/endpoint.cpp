#include "http/endpoint.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

namespace rampart::http {
namespace asio = boost::asio;
using tcp = asio::ip::tcp;
namespace {

struct Bound {
  ListeningSocket listening;
  int error = 0;  // errno, or 0
};

void set_flag(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

Bound failed() { return {{}, errno}; }

Bound bind_to(asio::ip::address const& address, std::uint16_t port) {
  tcp::endpoint endpoint(address, port);
  base::FileDescriptor socket(
      ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return failed();
  set_flag(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  // Not left to the system's default: "::" takes both families, every other address only its own.
  if (address.is_v6())
    set_flag(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, address.is_unspecified() ? 0 : 1);
  auto const size = static_cast<socklen_t>(endpoint.size());
  if (::bind(socket.get(), endpoint.data(), size) != 0) return failed();
  if (::listen(socket.get(), SOMAXCONN) != 0) return failed();
  socklen_t capacity = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(socket.get(), endpoint.data(), &capacity) != 0) return failed();
  return {{std::move(socket), endpoint}, 0};
}

Failure cannot_listen(std::string_view address, std::uint16_t port, std::string const& why) {
  return fail(Errc::unavailable, "cannot listen on " + std::string(address) + " port " +
                                     std::to_string(port) + ": " + why);
}

bool family_is_missing(int error) { return error == EADDRNOTAVAIL || error == EAFNOSUPPORT; }

Result<std::vector<ListeningSocket>> listen_on_localhost(std::uint16_t port) {
  constexpr int tries = 16;  // the port that is free in one family may be taken in the other
  int error = 0;
  for (int i = 0; i < (port == 0 ? tries : 1); ++i) {
    std::vector<ListeningSocket> sockets;
    Bound v4 = bind_to(asio::ip::address_v4::loopback(), port);
    if (v4.error && !family_is_missing(v4.error))
      return cannot_listen("localhost", port, std::generic_category().message(v4.error));
    Bound v6 =
        bind_to(asio::ip::address_v6::loopback(), v4.error ? port : v4.listening.endpoint.port());
    error = v6.error;
    if (v6.error && !family_is_missing(v6.error)) continue;
    if (!v4.error) sockets.push_back(std::move(v4.listening));
    if (!v6.error) sockets.push_back(std::move(v6.listening));
    if (!sockets.empty()) return sockets;
  }
  return cannot_listen("localhost", port, std::generic_category().message(error));
}
}  // namespace

Result<std::vector<ListeningSocket>> listen_on(std::string_view address, std::uint16_t port) {
  if (address == "localhost") return listen_on_localhost(port);
  std::string_view literal = address;
  if (literal.size() > 2 && literal.front() == '[' && literal.back() == ']')
    literal = literal.substr(1, literal.size() - 2);
  boost::system::error_code ec;
  auto const parsed = asio::ip::make_address(std::string(literal), ec);
  if (ec) return cannot_listen(address, port, "not an IP address or localhost");
  Bound bound = bind_to(parsed, port);
  if (bound.error)
    return cannot_listen(address, port, std::generic_category().message(bound.error));
  std::vector<ListeningSocket> sockets;
  sockets.push_back(std::move(bound.listening));
  return sockets;
}

std::string address_text(asio::ip::address const& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace rampart::http
