#include "transport/trusted_proxies.hpp"

#include <algorithm>
#include <ranges>

namespace rampart::transport {
namespace {
constexpr std::size_t max_hops = 32;
constexpr int subscriber_bits = 64;

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Some proxies add the port: 192.0.2.1:5000, [2001:db8::1]:5000.
std::optional<base::IpAddress> address_of(std::string_view entry) {
  entry = trimmed(entry);
  if (entry.starts_with('[')) return base::IpAddress::parse(entry.substr(1, entry.find(']') - 1));
  if (std::ranges::count(entry, ':') == 1) entry = entry.substr(0, entry.find(':'));
  return base::IpAddress::parse(entry);
}

/// The entries of all lines, the nearest first.
std::vector<std::string_view> hops(http::Head const& head) {
  std::vector<std::string_view> out;
  for (auto line : head.headers("X-Forwarded-For") | std::views::reverse)
    while (out.size() < max_hops) {
      auto const comma = line.rfind(',');
      out.push_back(comma == std::string_view::npos ? line : line.substr(comma + 1));
      if (comma == std::string_view::npos) break;
      line = line.substr(0, comma);
    }
  return out;
}
}  // namespace

TrustedProxies::TrustedProxies(std::vector<std::string> const& networks) {
  for (auto const& text : networks)
    if (auto const network = base::IpNetwork::parse(text)) networks_.push_back(*network);
}

bool TrustedProxies::trusts(base::IpAddress const& address) const {
  return std::ranges::any_of(networks_, [&](auto const& one) { return one.contains(address); });
}

std::string TrustedProxies::client_of(http::Head const& head, std::string_view peer_address) const {
  if (networks_.empty()) return {};
  auto nearest = base::IpAddress::parse(peer_address);
  if (!nearest || !trusts(*nearest)) return {};
  for (auto const entry : hops(head)) {
    auto const next = address_of(entry);
    if (!next) break;
    nearest = next;
    if (!trusts(*nearest)) break;
  }
  return nearest->text();
}

std::string share_of_address(std::string_view address) {
  auto const parsed =
      address.find(':') == std::string_view::npos ? std::nullopt : base::IpAddress::parse(address);
  if (!parsed || parsed->is_v4()) return std::string(address);
  return base::IpNetwork::of(*parsed, subscriber_bits).text();
}

}  // namespace rampart::transport
