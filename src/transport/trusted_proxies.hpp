// Who really asks, where a proxy of ours stands between: X-Forwarded-For, but only as far as known
// proxies wrote it. What stands before them anybody may have made up.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_network.hpp"
#include "http/message.hpp"

namespace rampart::transport {

class TrustedProxies {
 public:
  /// Addresses and networks; those that are none are left out.
  explicit TrustedProxies(std::vector<std::string> const& networks);

  /// The nearest address that is no trusted proxy; empty: the peer itself, or nothing is known.
  std::string client_of(http::Head const& head, std::string_view peer_address) const;

 private:
  bool trusts(base::IpAddress const& address) const;

  std::vector<base::IpNetwork> networks_;
};

/// What stands for an address where each may have its share: itself, or the /64 of an IPv6 address,
/// all of which one subscriber has.
std::string share_of_address(std::string_view address);

}  // namespace rampart::transport
