// What can go wrong, and how it travels: expected failures are values, Result<T>.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace rampart {

/// A closed list of meanings. How each one looks on the wire (JSON-RPC code, HTTP status), in the
/// log and in a metric stands in one table, src/protocol/error_table.cpp.
enum class Errc {
  parse_error,          ///< the message is not JSON
  invalid_request,      ///< JSON, but not a JSON-RPC request of this era
  method_not_found,     ///< unknown, removed or not served in this era
  invalid_params,       ///< malformed params: a missing member, a wrong type, a bad cursor
  header_mismatch,      ///< an MCP header is missing, malformed or differs from the body
  unsupported_version,  ///< a protocol version that is not served
  missing_capability,   ///< the client did not declare what the request needs
  not_found,            ///< unknown tool or prompt
  resource_not_found,   ///< unknown resource
  session_not_found,    ///< unknown or ended session
  state_rejected,       ///< requestState is forged, expired or belongs to another request
  denied,               ///< the caller may not do this
  rate_limited,         ///< the caller's rate limit is reached
  overloaded,           ///< a bound of this server is reached
  deadline,             ///< the time limit of the call passed
  cancelled,            ///< the caller withdrew the request
  declined,             ///< the user declined or cancelled an elicitation
  needs_input,          ///< not a failure: the client was asked; return this error as it is
  tool_failed,          ///< a tool's own failure; becomes a result with isError
  unavailable,          ///< something this server depends on is down
  circuit_open,         ///< an upstream failed too often; it is given time to recover
  delivery_unknown,     ///< an upstream was lost after it may have seen the request, and before it
                        ///< answered
  relayed,              ///< another server's error, passed on with its own code: `relayed_code`
  internal,             ///< a defect here
};

/// An expected failure. `message` may be shown to the peer; `detail` goes to the log only.
struct Error {
  Errc code = Errc::internal;
  std::string message;
  std::string detail;
  std::string data;      ///< JSON text for the error's `data` member, or empty
  int relayed_code = 0;  ///< with Errc::relayed: the other server's JSON-RPC code
  /// When trying again makes sense, where that is known.
  std::optional<std::chrono::milliseconds> retry_after = {};

  Error() = default;
  Error(Errc c, std::string m, std::string d = {}, std::string data_json = {})
      : code(c), message(std::move(m)), detail(std::move(d)), data(std::move(data_json)) {}
};

/// A value of T, or an Error.
template <class T>
using Result = tl::expected<T, Error>;
using Failure = tl::unexpected<Error>;

/// `return fail(Errc::not_found, "no such city");`
inline Failure fail(Errc code, std::string message, std::string detail = {}) {
  return Failure(Error(code, std::move(message), std::move(detail)));
}
inline Failure fail(Error error) { return Failure(std::move(error)); }

}  // namespace rampart
