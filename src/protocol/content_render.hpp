// Content as JSON text for one protocol version: what a version does not know is left out, and a
// block that it does not know becomes a text block that says the same as far as text can.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/version.hpp"
#include "rampart/content.hpp"

namespace rampart::protocol {

/// What a version knows of the content model.
struct Features {
  bool annotations = true;     ///< annotations of a tool (blocks have had theirs from the start)
  bool audio = true;           ///< audio blocks
  bool titles = true;          ///< `title`; the same revision brought `_meta` and lastModified
  bool structured = true;      ///< structuredContent and outputSchema
  bool resource_links = true;  ///< resource_link blocks
  bool icons = true;           ///< `icons`
  bool result_type = true;     ///< `resultType` (not written here)
  bool non_object_structured = true;  ///< structuredContent may be any JSON value
};
constexpr Features features_of(Version v) {
  return {.annotations = has_annotations(v),
          .audio = has_audio(v),
          .titles = has_titles(v),
          .structured = has_structured_content(v),
          .resource_links = has_resource_links(v),
          .icons = has_icons(v),
          .result_type = has_result_type(v),
          .non_object_structured = is_modern(v)};
}

// Each appends one JSON value.
void append_annotations(std::string& out, Annotations const& annotations,
                        Features const& features = {});
void append_icons(std::string& out, std::vector<Icon> const& icons);
void append_resource_contents(std::string& out, ResourceContents const& contents,
                              Features const& features);
void append_content(std::string& out, Content const& content, Features const& features);
void append_prompt_message(std::string& out, PromptMessage const& message,
                           Features const& features);

/// Appends the members of a CallToolResult without braces: content, structuredContent, isError.
/// `resultType` and `_meta` are every result's and left to the caller. `wrap`: the tool's output
/// schema is not an object's, so versions that allow objects only get {"result": value}, as their
/// schema says; a value that is no object is wrapped there in any case.
void append_tool_result(std::string& out, ToolResult const& result, Features const& features,
                        bool wrap = false);

/// The members of a JSON object without its braces and the white space around them; empty for {}
/// and for anything but an object. A view into `object`.
std::string_view members_of(Json const& object);

}  // namespace rampart::protocol
