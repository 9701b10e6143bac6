// JSON Schemas of other servers as text: an output schema wrapped for clients whose structured
// output must be an object.
#pragma once
#include <string>
#include <string_view>

namespace rampart::protocol {

/// Whether a schema's root says `"type":"object"` and nothing else.
bool describes_object(std::string_view schema);

/// {"type":"object","properties":{"result":SCHEMA},"required":["result"]}. References to the
/// schema's own root (#, #/$defs/x) are rewritten to where it stands now, `$schema` moves to the
/// new root. A schema with an `$id` is its own root and keeps its references. `schema` is valid
/// JSON.
std::string wrapped_output_schema(std::string_view schema);

/// A tool's input schema without any x-mcp-header, for tools whose declarations break a rule. A
/// property of that name stays.
std::string without_mirrored_params(std::string_view schema);

}  // namespace rampart::protocol
