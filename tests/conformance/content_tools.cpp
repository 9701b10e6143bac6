// Tools that answer with one or several kinds of content, and those the suite looks at without
// caring for the answer: schemas, mirrored headers, list changes. Quick ones: none of them waits.
#include <optional>
#include <string>
#include <vector>

#include "fixture.hpp"

namespace conformance {
namespace {

using rampart::Content;
using rampart::ResourceContents;

rampart::Bytes silence() {
  return rampart::Bytes::from_base64("UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=")
      .value();
}

struct Routed {
  std::optional<std::string> region;
  std::optional<int> level;
  static constexpr auto fields = rampart::fields(
      rampart::optional<&Routed::region>("Region to route to", rampart::Header{"Region"}),
      rampart::optional<&Routed::level>("A number that no header repeats"));
};

std::string routed(Routed const& args) {
  return "Routed to " + args.region.value_or("no region in particular");
}

// Every keyword of it must reach the client as it stands here.
constexpr char schema_2020_12[] = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "$defs": {
    "address": {
      "$anchor": "addressDef",
      "type": "object",
      "properties": {"street": {"type": "string"}, "city": {"type": "string"}}
    }
  },
  "properties": {
    "name": {"type": "string"},
    "address": {"$ref": "#/$defs/address"},
    "contactMethod": {"type": "string", "enum": ["phone", "email"]},
    "phone": {"type": "string"},
    "email": {"type": "string"}
  },
  "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
  "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
  "then": {"required": ["phone"]},
  "else": {"required": ["email"]},
  "additionalProperties": false
})";

rampart::Result<rampart::ToolResult> show_arguments(rampart::Json arguments, rampart::Context&) {
  return rampart::ToolResult::text("Validated: " + arguments.text());
}

std::vector<Content> mixed_content() {
  return {
      Content::text("Multiple content types test:"), Content::image(red_pixel(), "image/png"),
      Content::resource(ResourceContents::text(
          "test://mixed-content-resource", R"({"test":"data","value":123})", "application/json"))};
}

void add_schemas_and_changes(rampart::Server& server) {
  server
      .raw_tool("json_schema_2020_12_tool",
                "Has an input schema with the keywords of JSON Schema 2020-12.",
                rampart::Json::parse(schema_2020_12).value(), show_arguments)
      .quick();
  server.tool("test_x_mcp_header", "Asks clients to repeat `region` in a header.", routed).quick();
  server
      .tool("test_trigger_tool_change", "Says that the list of tools changed.",
            [&server] {
              server.tools_changed();
              return "Clients that listen for changes of the tools were told.";
            })
      .quick();
  server
      .tool("test_trigger_prompt_change", "Says that the list of prompts changed.",
            [&server] {
              server.prompts_changed();
              return "Clients that listen for changes of the prompts were told.";
            })
      .quick();
}

}  // namespace

rampart::Bytes red_pixel() {
  return rampart::Bytes::from_base64(
             "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAA"
             "AABJRU5ErkJggg==")
      .value();
}

void add_content_tools(rampart::Server& server) {
  server
      .tool("test_simple_text", "Answers with text.",
            [] { return "This is a simple text response for testing."; })
      .quick()
      .cacheable();
  server
      .tool("test_image_content", "Answers with an image.",
            [] { return Content::image(red_pixel(), "image/png"); })
      .quick();
  server
      .tool("test_audio_content", "Answers with audio.",
            [] { return Content::audio(silence(), "audio/wav"); })
      .quick();
  server
      .tool("test_embedded_resource", "Answers with an embedded resource.",
            [] {
              return Content::resource(ResourceContents::text(
                  "test://embedded-resource", "This is an embedded resource content."));
            })
      .quick();
  server
      .tool("test_multiple_content_types", "Answers with text, an image and a resource.",
            mixed_content)
      .quick();
  server
      .tool("test_error_handling", "Always fails.",
            []() -> rampart::Result<std::string> {
              return rampart::fail(rampart::Errc::tool_failed,
                                   "This tool intentionally returns an error for testing");
            })
      .quick();
  add_schemas_and_changes(server);
}

}  // namespace conformance
