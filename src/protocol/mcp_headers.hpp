// The headers that mirror a modern request's body (basic/transports/streamable-http): a proxy may
// route by them, so a server must refuse any that says something else than the body.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/envelope.hpp"
#include "protocol/methods.hpp"

namespace rampart::protocol {

/// How the transport's headers are asked; stdio has none.
class HeaderSource {
 public:
  virtual ~HeaderSource() = default;
  /// The value with outer whitespace trimmed. Several identical lines count as one.
  virtual std::optional<std::string_view> find(std::string_view name) const = 0;
  /// Several lines with different values.
  virtual bool conflicting(std::string_view name) const = 0;
};

/// MCP-Protocol-Version present and equal to _meta's. Errors: header_mismatch.
Result<void> check_version_header(HeaderSource const& headers, std::string_view meta_version);
/// Mcp-Method and, where the method has one, Mcp-Name. Errors: header_mismatch.
Result<void> check_method_headers(HeaderSource const& headers, Envelope const& envelope);

/// One tool argument that a header mirrors: `x-mcp-header` in its schema.
struct MirroredParam {
  enum class Type { string, integer, boolean };
  std::string header;             ///< whole name: Mcp-Param-Region
  std::vector<std::string> path;  ///< members from the arguments' root
  Type type = Type::string;
};
/// Finds the declarations in an input schema. Errors: invalid_params naming the rule that a
/// declaration breaks (not a token, used twice, not on a string, integer or boolean, not reachable
/// through properties only).
Result<std::vector<MirroredParam>> mirrored_params(Node input_schema);
/// Errors: header_mismatch naming the header.
Result<void> check_param_headers(HeaderSource const& headers,
                                 std::vector<MirroredParam> const& params,
                                 std::optional<Node> arguments);

/// Decodes `=?base64?…?=`; any other text is itself. Errors: header_mismatch for a bad payload.
Result<std::string> decode_header_value(std::string_view value);

}  // namespace rampart::protocol
