#include "server/describe.hpp"

#include <optional>
#include <string_view>

#include "json/write.hpp"
#include "protocol/content_render.hpp"

namespace rampart::server {
namespace {

using protocol::Version;

/// Writes an object member by member; empty strings are left out.
class ObjectWriter {
 public:
  ObjectWriter& text(std::string_view key, std::string_view value) {
    if (!value.empty()) json::append_string(begin(key), value);
    return *this;
  }
  ObjectWriter& always(std::string_view key, std::string_view value) {
    json::append_string(begin(key), value);
    return *this;
  }
  ObjectWriter& raw(std::string_view key, std::string_view json_text) {
    if (!json_text.empty()) begin(key) += json_text;
    return *this;
  }
  ObjectWriter& flag(std::string_view key, std::optional<bool> value) {
    if (value) json::append_bool(begin(key), *value);
    return *this;
  }
  ObjectWriter& icons(std::vector<Icon> const& icons, Version version) {
    if (!icons.empty() && protocol::has_icons(version))
      protocol::append_icons(begin("icons"), icons);
    return *this;
  }
  std::string& begin(std::string_view key) {
    if (out_.size() > 1) out_ += ',';
    json::append_string(out_, key);
    return out_ += ':';
  }
  std::string done() && { return std::move(out_) + "}"; }
  bool empty() const { return out_.size() == 1; }

 private:
  std::string out_ = "{";
};

std::string_view titled(Version version, std::string const& title) {
  return protocol::has_titles(version) ? std::string_view(title) : std::string_view();
}

std::string hints(ToolSpec const& spec, Version version) {
  if (!protocol::has_annotations(version)) return {};
  ObjectWriter out;
  out.flag("readOnlyHint", spec.read_only)
      .flag("destructiveHint", spec.destructive)
      .flag("idempotentHint", spec.idempotent)
      .flag("openWorldHint", spec.open_world);
  return out.empty() ? std::string() : std::move(out).done();
}

/// Before 2026-07-28 structured output is an object, so any other is described wrapped in one.
std::string output_schema(ToolSpec const& spec, Version version) {
  if (!protocol::has_structured_content(version) || spec.output_schema.empty()) return {};
  if (protocol::is_modern(version) || spec.output_is_object) return spec.output_schema;
  return spec.wrapped_output_schema;
}

}  // namespace

std::string describe(ServerInfo const& info, Version version) {
  ObjectWriter out;
  out.always("name", info.name)
      .always("version", info.version)
      .text("title", titled(version, info.title));
  if (protocol::has_implementation_details(version))
    out.text("description", info.description).text("websiteUrl", info.website_url);
  return std::move(out.icons(info.icons, version)).done();
}

std::string describe(ToolSpec const& spec, Version version) {
  ObjectWriter out;
  out.always("name", spec.name)
      .text("title", titled(version, spec.title))
      .text("description", spec.description)
      .icons(spec.icons, version)
      .raw("inputSchema", spec.input_schema)
      .raw("outputSchema", output_schema(spec, version))
      .raw("annotations", hints(spec, version));
  if (protocol::has_titles(version)) out.raw("_meta", spec.meta);
  return std::move(out).done();
}

std::string describe(ResourceSpec const& spec, Version version) {
  ObjectWriter out;
  out.always(spec.is_template ? "uriTemplate" : "uri", spec.uri)
      .always("name", spec.name)
      .text("title", titled(version, spec.title))
      .text("description", spec.description)
      .text("mimeType", spec.mime_type)
      .icons(spec.icons, version);
  if (spec.size) json::append_uint(out.begin("size"), *spec.size);
  if (spec.annotations)
    protocol::append_annotations(out.begin("annotations"), *spec.annotations,
                                 protocol::features_of(version));
  if (protocol::has_titles(version)) out.raw("_meta", spec.meta);
  return std::move(out).done();
}

std::string describe(PromptSpec const& spec, Version version) {
  std::string arguments;
  for (auto const& argument : spec.arguments) {
    ObjectWriter one;
    one.always("name", argument.name)
        .text("title", titled(version, argument.title))
        .text("description", argument.description)
        .flag("required", argument.required);
    arguments += (arguments.empty() ? "[" : ",") + std::move(one).done();
  }
  ObjectWriter out;
  out.always("name", spec.name)
      .text("title", titled(version, spec.title))
      .text("description", spec.description)
      .icons(spec.icons, version)
      .raw("arguments", arguments.empty() ? arguments : arguments + "]");
  if (protocol::has_titles(version)) out.raw("_meta", spec.meta);
  return std::move(out).done();
}

}  // namespace rampart::server
