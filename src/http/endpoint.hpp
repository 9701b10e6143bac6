// Addresses to listen on, and the listening sockets for them.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.hpp"
#include "rampart/error.hpp"

namespace rampart::http {

struct ListeningSocket {
  base::FileDescriptor socket;
  boost::asio::ip::tcp::endpoint endpoint;  ///< with the port that was bound
};

/// Listens on an IPv4 or IPv6 literal ("127.0.0.1", "::1", "[::]"; "::" takes IPv4 as well) or on
/// `localhost`, which is both loopback addresses on one port, or the one that exists. Port 0 = any.
/// The error names address, port and cause.
Result<std::vector<ListeningSocket>> listen_on(std::string_view address, std::uint16_t port);

/// "127.0.0.1", "::1"; an IPv4 address in IPv6 form is written as IPv4.
std::string address_text(boost::asio::ip::address const& address);

}  // namespace rampart::http
