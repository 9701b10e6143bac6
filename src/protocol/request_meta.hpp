// What params._meta says about a request, and the client capabilities both eras declare.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "protocol/envelope.hpp"
#include "protocol/version.hpp"
#include "rampart/client.hpp"

namespace rampart::protocol {

namespace meta_key {
inline constexpr std::string_view protocol_version = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view client_capabilities =
    "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view client_info = "io.modelcontextprotocol/clientInfo";
inline constexpr std::string_view log_level = "io.modelcontextprotocol/logLevel";
inline constexpr std::string_view subscription_id = "io.modelcontextprotocol/subscriptionId";
inline constexpr std::string_view server_info = "io.modelcontextprotocol/serverInfo";
}  // namespace meta_key

/// Owned, so that it outlives the parsed document.
struct RequestMeta {
  std::string protocol_version;       ///< as requested; modern requests only
  ClientCapabilities capabilities;    ///< modern requests only
  std::optional<LogLevel> log_level;  ///< modern requests only; absent = no log messages at all
  std::string progress_token;         ///< JSON text of a string or integer, or empty
  TraceContext trace;
  std::string third_party;  ///< members that are not the protocol's own, without braces
};

/// Reads the members every era shares: progressToken, trace context, and those of third parties.
/// Ill-typed ones: invalid_params.
Result<RequestMeta> read_common_meta(Envelope const& envelope);
/// Reads a modern request's _meta. Errors: invalid_params naming the missing or ill-typed member.
Result<RequestMeta> read_modern_meta(Envelope const& envelope);
/// True when the message claims the modern era: _meta carries a protocol version (of any type).
bool claims_modern(Envelope const& envelope);

/// Unknown members are ignored; members of a wrong type count as absent.
ClientCapabilities read_client_capabilities(Node capabilities);

/// W3C Trace Context level 1 traceparent: 00-<32 hex>-<16 hex>-<2 hex>, not all zero.
bool valid_traceparent(std::string_view text);

}  // namespace rampart::protocol
