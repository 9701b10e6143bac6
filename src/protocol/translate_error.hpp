// JSON-RPC errors of upstreams for our clients. A code means the same to a client whether it comes
// from us or from behind us; what concerns only the gateway and its upstream does not pass.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/methods.hpp"
#include "rampart/error.hpp"

namespace rampart::protocol {

/// What is relayed of another server's words; longer messages are cut, longer data is left out
/// (bytes).
inline constexpr std::size_t max_relayed_message = 8 * 1024;
inline constexpr std::size_t max_relayed_data = 64 * 1024;

/// A page the user has to open before the call can succeed (-32042 of 2025-11-25).
struct UrlElicitation {
  std::string id;
  std::string url;
  std::string message;
};
inline constexpr std::size_t max_url_elicitations = 16;

struct UpstreamError {
  enum class Kind {
    failed,        ///< `error` is for the client
    gateway,       ///< headers or version are wrong: ours to correct and try again, once
    capability,    ///< the upstream wants what was not declared: `error` has requiredCapabilities
    url_required,  ///< ask for `elicitations`, then make the same call again
  };
  Kind kind = Kind::failed;
  Error error;
  std::vector<UrlElicitation> elicitations;
};

/// `error` is the valid JSON text of a JSON-RPC error object; `uri` what a resources/read asked
/// for, in the client's spelling.
UpstreamError translate_error(std::string_view error, Method method, std::string_view uri = {});

}  // namespace rampart::protocol
