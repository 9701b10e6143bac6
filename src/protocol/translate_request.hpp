// The _meta of a client's request, for the request that it becomes at an upstream.
#pragma once
#include <string>
#include <string_view>

namespace rampart::protocol {

/// Whether the protocol keeps a key of _meta for itself (basic/index): its prefix's second label is
/// `mcp` or `modelcontextprotocol`, or it is progressToken or one of trace context.
bool is_reserved_meta_key(std::string_view key);

/// What of a client's _meta an upstream may see as it is: the members with keys of third parties,
/// without braces. The protocol's own are written anew for each leg. `meta` is valid JSON; anything
/// but an object has none.
std::string forwardable_meta(std::string_view meta);

}  // namespace rampart::protocol
