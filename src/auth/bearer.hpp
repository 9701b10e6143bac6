// Bearer credentials in a request's Authorization header, and the challenge that asks for them (RFC
// 6750).
#pragma once
#include <optional>
#include <string_view>

namespace rampart::auth {

struct Credentials {
  enum class Kind {
    none,      ///< no header, or one of another scheme
    repeated,  ///< more than one header: the request itself is wrong (RFC 6750, 3.1)
    token,
  };
  Kind kind = Kind::none;
  std::string_view token = {};  ///< as it was sent; perhaps empty or no b64token
};

/// `authorization`: the header's first value; `count`: how many such headers there are.
Credentials read_credentials(std::optional<std::string_view> authorization, std::size_t count);

/// The value of WWW-Authenticate: without an error where nothing was sent, since only then is
/// nothing wrong.
std::string_view challenge(Credentials::Kind kind);
/// 401, or 400 for `repeated`.
int status_of(Credentials::Kind kind);

}  // namespace rampart::auth
