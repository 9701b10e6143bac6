// The part of RFC 3986 that a server's address needs, and nothing that could be read in two ways.
#include <algorithm>

#include "http_client/ascii.hpp"
#include "http_client/client.hpp"
#include "net/authority.hpp"

namespace rampart::http_client {
namespace {
bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
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

  auto read = net::parse_authority(authority, url.tls ? 443 : 80);
  if (!read) return fail(read.error());
  url.host = std::move(read->host);
  url.port = read->port;
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
