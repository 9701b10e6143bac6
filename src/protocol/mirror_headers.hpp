// The other side of mcp_headers.hpp: the headers that we, as a client of a modern server, send for
// a request (basic/transports/streamable-http).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/mcp_headers.hpp"

namespace rampart::protocol {

/// A header's value for any text: itself where a header can carry it, else `=?base64?…?=`, of which
/// decode_header_value() is the inverse. Encoded are texts with characters outside printable ASCII,
/// with white space at an end, and those that look encoded.
std::string encode_header_value(std::string_view text);

/// Name and value of each Mcp-Param-* header for these arguments, the values not yet encoded.
/// Arguments that are absent, null or not of the declared type have none: the server then says
/// what is wrong.
std::vector<std::pair<std::string, std::string>> mirror_headers(
    std::vector<MirroredParam> const& params, std::optional<Node> arguments);

}  // namespace rampart::protocol
