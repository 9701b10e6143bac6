// REDIS_URL: where Redis is and as whom to speak to it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "rampart/error.hpp"

namespace rampart::redis {

struct Url {
  bool tls = false;
  std::string host;  ///< a name or an address, without brackets
  std::uint16_t port = 6379;
  std::string socket_path;  ///< of a Unix socket, instead of host and port
  std::string user;         ///< empty: Redis's `default`
  std::string password;     ///< empty: no AUTH
  std::uint32_t database = 0;

  /// Without the password: redis://app@cache:6379/2
  std::string text() const;
};

/// `redis[s]://[[user]:password@]host[:port][/database]` or
/// `unix://[[user]:password@]/path[?db=database]` (`redis+unix://` is the same). User and password
/// are percent-decoded. Errors: invalid_params naming the rule, never the text.
Result<Url> parse_url(std::string_view text);

}  // namespace rampart::redis
