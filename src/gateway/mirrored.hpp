// Which arguments of a tool the calls to its upstream repeat in headers (x-mcp-header, SEP-2243).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "protocol/mcp_headers.hpp"
#include "upstream/upstream.hpp"

namespace rampart::gateway {

/// The declarations in a tool's input schema, or why they may not be used.
Result<std::vector<protocol::MirroredParam>> mirrored_in(std::string const& schema);

/// Those of the upstream's tool of this name, as last read; none when it offers no such tool.
std::vector<protocol::MirroredParam> mirrored_of(upstream::Upstream const& upstream,
                                                 std::string_view tool);

}  // namespace rampart::gateway
