// One JSON-RPC message, read but not yet judged by any era's rules.
#pragma once
#include <optional>
#include <string_view>

#include "protocol/request_id.hpp"
#include "rampart/json.hpp"

namespace rampart::protocol {

/// Views into the parsed document.
struct Envelope {
  enum class Kind { request, notification, response };
  Kind kind = Kind::request;
  RequestId id;
  std::string_view method;
  std::optional<Node> params;  ///< an object when present
  std::optional<Node> result;  ///< of a response: this or error
  std::optional<Node> error;
  std::optional<Node> meta;  ///< params._meta when it is an object
  bool bad_meta = false;     ///< params._meta is there but no object
};

struct BadEnvelope {
  Error error;
  RequestId id;  ///< as far as it could be read
};

/// Errors: invalid_request for a wrong `jsonrpc`, a null or fractional id, params that are no
/// object, or a member that comes twice in the envelope, in params or in _meta (readers disagree
/// which one counts).
tl::expected<Envelope, BadEnvelope> read_envelope(Node message);

}  // namespace rampart::protocol
