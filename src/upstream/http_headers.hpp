// The headers of requests to MCP servers over HTTP, and what is read from those of their answers.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http_client/client.hpp"
#include "upstream/link.hpp"

namespace rampart::upstream {

/// Headers that mirror a modern message: Mcp-Method, Mcp-Name, Mcp-Param-*.
void add_mirrored_headers(http_client::Headers& headers, Outgoing const& message);

/// The operator's headers, but for those that the protocol sets itself.
void add_configured_headers(http_client::Headers& headers, http_client::Headers const& configured);

enum class BodyKind { json, events, other };
BodyKind body_kind(http_client::ResponseHead const& head);

/// The session that an answer to initialize opens. Errors: unavailable for an id with other
/// characters than the protocol allows (0x21 to 0x7E), or longer than 1024 bytes.
Result<std::string> session_of(http_client::ResponseHead const& head);

}  // namespace rampart::upstream
