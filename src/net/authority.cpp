#include "net/authority.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <utility>

namespace rampart::net {
namespace {
constexpr std::size_t max_host_bytes = 253;  // RFC 1035 section 2.3.4, as text

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

Result<std::string> read_host(std::string_view text) {
  if (text.starts_with('[')) {
    boost::system::error_code ec;
    std::string const address(text.substr(1, text.size() - 2));
    boost::asio::ip::make_address_v6(address, ec);
    if (ec || address.find('%') != std::string::npos)
      return fail(Errc::invalid_params, "the URL's host is no IPv6 address");
    return address;
  }
  std::string host;
  for (char const c : text) host += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  if (host.empty() || host.size() > max_host_bytes || !std::ranges::all_of(host, is_name_char))
    return fail(Errc::invalid_params, "the URL names no valid host");
  return host;
}

Result<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (ec != std::errc() || end != text.data() + text.size() || port == 0)
    return fail(Errc::invalid_params, "the URL's port is no number from 1 to 65535");
  return port;
}

// The host as it was written, with its brackets, and what stands behind it.
std::pair<std::string_view, std::string_view> split_authority(std::string_view authority) {
  std::size_t const bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return {{}, {}};
  std::size_t const colon = std::min(authority.find(':', bracket), authority.size());
  return {authority.substr(0, colon), authority.substr(colon)};
}
}  // namespace

Result<Authority> parse_authority(std::string_view text, std::uint16_t default_port) {
  auto const [host, port] = split_authority(text);
  auto read = read_host(host);
  if (!read) return fail(read.error());
  Authority authority{std::move(*read), default_port};
  if (port.empty()) return authority;
  auto const number = read_port(port.substr(1));
  if (!number) return fail(number.error());
  authority.port = *number;
  return authority;
}

}  // namespace rampart::net
