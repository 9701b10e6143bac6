// The part of RFC 3986 that a server's address needs, and nothing that could be read in two ways.
#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "http_client/ascii.hpp"
#include "http_client/client.hpp"

namespace rampart::http_client {
namespace {
constexpr std::size_t max_host_bytes = 253;  // RFC 1035 section 2.3.4, as text

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

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
  for (char const c : text) host += ascii_lower(c);
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

Result<Url> parse_url(std::string_view text) {
  Url url;
  std::size_t const scheme_end = text.find("://");
  std::string_view const scheme = text.substr(0, std::min(scheme_end, text.size()));
  url.tls = same_ignoring_case(scheme, "https");
  if (scheme_end == std::string_view::npos || (!url.tls && !same_ignoring_case(scheme, "http")))
    return fail(Errc::invalid_params, "the URL begins with neither http:// nor https://");
  if (!is_visible(text))
    return fail(Errc::invalid_params, "the URL has white space or characters outside ASCII");
  if (text.find('#') != std::string_view::npos)
    return fail(Errc::invalid_params, "the URL has a fragment");
  if (text.find('\\') != std::string_view::npos)
    return fail(Errc::invalid_params, "the URL has a backslash");
  text.remove_prefix(scheme_end + 3);
  std::size_t const authority_end = std::min(text.find_first_of("/?"), text.size());
  std::string_view const authority = text.substr(0, authority_end);
  if (authority.find('@') != std::string_view::npos)
    return fail(Errc::invalid_params, "the URL has user information; use a header");

  auto const [host, port] = split_authority(authority);
  auto read = read_host(host);
  if (!read) return fail(read.error());
  url.host = std::move(*read);
  url.port = url.tls ? 443 : 80;
  if (!port.empty()) {
    auto const number = read_port(port.substr(1));
    if (!number) return fail(number.error());
    url.port = *number;
  }
  url.target = text.substr(authority_end);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

std::string Url::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (tls ? 443 : 80)) text += ":" + std::to_string(port);
  return text;
}

std::string Url::origin() const { return (tls ? "https://" : "http://") + authority(); }

}  // namespace rampart::http_client
