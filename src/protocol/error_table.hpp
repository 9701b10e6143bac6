// How each Errc looks outside: JSON-RPC code, HTTP status, metric label. Nowhere else.
#pragma once
#include <string>

#include "protocol/request_id.hpp"
#include "protocol/version.hpp"
#include "rampart/error.hpp"

namespace rampart::protocol {

/// How a request ended, as the `status` label of mcp_requests_total.
enum class Status { success, tool_error, error, rejected, cancelled };
inline constexpr std::size_t status_count = 5;
std::string_view name(Status status);

struct ErrorRow {
  int modern_code;
  int legacy_code;
  int http_status;  ///< of a modern request that ends before its handler; in-band (200) otherwise
  Status status;
  std::string_view label;  ///< error_type of mcp_errors_total
};

ErrorRow const& row(Errc code);
inline int json_rpc_code(Errc code, Version version) {
  return is_modern(version) ? row(code).modern_code : row(code).legacy_code;
}
/// The same for a failure, which may carry another server's code.
inline int json_rpc_code(Error const& error, Version version) {
  return error.code == Errc::relayed ? error.relayed_code : json_rpc_code(error.code, version);
}

/// Appends `{"jsonrpc":"2.0","id":…,"error":{…}}`. `detail` never reaches it. An absent id is left
/// out where the revision allows that, else written as null.
void append_error(std::string& out, RequestId const& id, Error const& error, Version version);

/// The error a client gets for a version that is not served (data: supported, requested).
Error unsupported_version(std::string_view requested);
/// `capabilities` is JSON of ClientCapabilities' shape, for example {"elicitation":{}}.
Error missing_capability(std::string_view what, std::string capabilities_json);

}  // namespace rampart::protocol
