#include "transport/origin_policy.hpp"

#include <algorithm>
#include <array>

#include "http/ascii.hpp"

namespace rampart::transport {
namespace {

/// "localhost:8080" → "localhost", "[::1]:8080" → "[::1]"; empty when it is no host[:port].
std::string_view without_port(std::string_view authority) {
  auto const bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  auto const colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos) return authority;
  auto const port = authority.substr(colon + 1);
  if (port.size() > 5 ||
      !std::ranges::all_of(port, [](unsigned char c) { return std::isdigit(c); }))
    return {};
  return authority.substr(0, colon);
}

bool is_loopback(std::string_view host) {
  constexpr std::array<std::string_view, 3> names{"localhost", "127.0.0.1", "[::1]"};
  return std::ranges::any_of(
      names, [&](std::string_view name) { return http::same_ignoring_case(name, host); });
}

}  // namespace

OriginPolicy::OriginPolicy(bool loopback, std::vector<std::string> hosts,
                           std::vector<std::string> origins)
    : loopback_(loopback), hosts_(std::move(hosts)), origins_(std::move(origins)) {}

bool OriginPolicy::known_host(std::string_view authority) const {
  auto const host = without_port(authority);
  if (host.empty()) return false;
  if (loopback_ && is_loopback(host)) return true;
  return std::ranges::any_of(hosts_, [&](std::string const& allowed) {
    return http::same_ignoring_case(allowed, authority) || http::same_ignoring_case(allowed, host);
  });
}

bool OriginPolicy::known_origin(std::string_view origin) const {
  if (std::ranges::any_of(origins_, [&](std::string const& allowed) {
        return http::same_ignoring_case(allowed, origin);
      }))
    return true;
  for (std::string_view scheme : {"http://", "https://"})
    if (origin.starts_with(scheme)) return known_host(origin.substr(scheme.size()));
  return false;
}

OriginPolicy::Verdict OriginPolicy::judge(http::Head const& head) const {
  if (loopback_ || !hosts_.empty()) {
    auto const host = head.authority();
    if (!host || !known_host(*host)) return Verdict::bad_host;
  }
  if (auto const origin = head.header("Origin"); origin && !known_origin(*origin))
    return Verdict::bad_origin;
  return Verdict::allowed;
}

}  // namespace rampart::transport
