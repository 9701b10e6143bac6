// The part of a URL that names a server: host and port (RFC 3986 section 3.2), and nothing that
// could be read in two ways.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "rampart/error.hpp"

namespace rampart::net {

struct Authority {
  std::string host;  ///< a name or an address, without brackets, in lower case
  std::uint16_t port = 0;
};

/// "host", "host:port", "[address]:port". Errors: invalid_params naming the rule, never the text.
Result<Authority> parse_authority(std::string_view text, std::uint16_t default_port);

}  // namespace rampart::net
