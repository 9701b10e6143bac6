// Descriptions of tools, resources, templates and prompts of other servers, for clients of each
// revision: exposed under our name, without what a revision does not know.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/version.hpp"
#include "rampart/error.hpp"

namespace rampart::protocol {

enum class DescriptorKind : std::uint8_t { tool, resource, resource_template, prompt };

/// A description's JSON text for each revision.
using Described = std::array<std::string, version_count>;

/// What a gateway has to know of it, besides its texts.
struct Descriptor {
  std::string name;  ///< as the upstream calls it
  std::string uri;   ///< of a resource; the URI template of a template
  std::string title;
  std::string description;
  std::string mime_type;
  std::string input_schema;            ///< of a tool: JSON text
  std::string output_schema;           ///< of a tool: JSON text, or empty
  bool output_wrapped = false;         ///< clients before 2026-07-28 are told of {"result": output}
  bool read_only = false;              ///< readOnlyHint is true
  bool idempotent = false;             ///< idempotentHint is true
  std::vector<std::string> arguments;  ///< of a prompt: their names
  Described described;
};

/// Of a name or URI (bytes).
inline constexpr std::size_t max_descriptor_name = 2048;

struct DescriptorTranslation {
  DescriptorKind kind = DescriptorKind::tool;
  std::string_view exposed_name;  ///< empty: the upstream's own
  /// Publish a tool's input schema without x-mcp-header (see mirrored_params()).
  bool drop_mirrored = false;
};

/// `raw` is the valid JSON text of one entry of an upstream's list. Errors: unavailable naming the
/// rule: no object, a member twice, no name or URI, a tool without an input schema that describes
/// an object.
Result<Descriptor> translate_descriptor(std::string_view raw, DescriptorTranslation const& how);

}  // namespace rampart::protocol
