#include "protocol/content_render.hpp"

#include "json/write.hpp"

namespace rampart::protocol {
namespace {

constexpr std::string_view white_space = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

/// `,"_meta":{...}`, or nothing when there is nothing to say.
void append_meta(std::string& out, std::optional<Json> const& meta) {
  std::string_view const members = meta ? members_of(*meta) : std::string_view();
  if (members.empty()) return;
  out += ",\"_meta\":{";
  out += members;
  out += '}';
}

/// `,"name":"value"` unless the value is empty.
void append_text(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ",\"";
  out += name;
  out += "\":";
  json::append_string(out, value);
}

void append_strings(std::string& out, std::vector<std::string> const& values) {
  out += '[';
  for (auto const& value : values) {
    if (&value != &values.front()) out += ',';
    json::append_string(out, value);
  }
  out += ']';
}

void append_base64(std::string& out, Bytes const& bytes) {
  out += '"';
  bytes.append_base64(out);
  out += '"';
}

// Writes the members of one block up to the annotations that all blocks share; closed by
// append_content.
class BlockWriter {
 public:
  BlockWriter(std::string& out, Features const& features) : out_(out), features_(features) {}

  void operator()(TextContent const& block) { text(block.text); }
  void operator()(ImageContent const& block) { binary("image", block.data, block.mime_type); }
  void operator()(AudioContent const& block) {
    if (features_.audio) return binary("audio", block.data, block.mime_type);
    text("[audio, " + block.mime_type + ", " + std::to_string(block.data.size()) +
         " bytes: this client's protocol version has no audio]");
  }
  void operator()(ResourceLink const& block) {
    if (features_.resource_links) return link(block);
    text(block.name.empty() ? block.uri : block.name + ": " + block.uri);
  }
  void operator()(EmbeddedResource const& block) {
    out_ += R"({"type":"resource","resource":)";
    append_resource_contents(out_, block.resource, features_);
  }

 private:
  void text(std::string_view text) {
    out_ += R"({"type":"text","text":)";
    json::append_string(out_, text);
  }
  void binary(std::string_view type, Bytes const& data, std::string_view mime_type) {
    out_ += R"({"type":")";
    out_ += type;
    out_ += R"(","data":)";
    append_base64(out_, data);
    out_ += R"(,"mimeType":)";
    json::append_string(out_, mime_type);
  }
  void link(ResourceLink const& block) {
    out_ += R"({"type":"resource_link","uri":)";
    json::append_string(out_, block.uri);
    out_ += R"(,"name":)";
    json::append_string(out_, block.name);
    append_text(out_, "title", block.title);
    append_text(out_, "description", block.description);
    append_text(out_, "mimeType", block.mime_type);
    if (block.size) {
      out_ += ",\"size\":";
      json::append_uint(out_, *block.size);
    }
    if (!features_.icons || block.icons.empty()) return;
    out_ += ",\"icons\":";
    append_icons(out_, block.icons);
  }

  std::string& out_;
  Features const& features_;
};

}  // namespace

void append_annotations(std::string& out, Annotations const& annotations,
                        Features const& features) {
  std::size_t const start = out.size();
  out += '{';
  auto key = [&out, start](std::string_view name) {
    if (out.size() > start + 1) out += ',';
    json::append_string(out, name);
    out += ':';
  };
  if (!annotations.audience.empty()) {
    key("audience");
    append_strings(out, annotations.audience);
  }
  if (annotations.priority) {
    key("priority");
    json::append_double(out, *annotations.priority);
  }
  if (features.titles && !annotations.last_modified.empty()) {
    key("lastModified");
    json::append_string(out, annotations.last_modified);
  }
  out += '}';
}

void append_icons(std::string& out, std::vector<Icon> const& icons) {
  out += '[';
  for (auto const& icon : icons) {
    if (&icon != &icons.front()) out += ',';
    out += "{\"src\":";
    json::append_string(out, icon.src);
    append_text(out, "mimeType", icon.mime_type);
    if (!icon.sizes.empty()) {
      out += ",\"sizes\":";
      append_strings(out, icon.sizes);
    }
    append_text(out, "theme", icon.theme);
    out += '}';
  }
  out += ']';
}

void append_resource_contents(std::string& out, ResourceContents const& contents,
                              Features const& features) {
  out += "{\"uri\":";
  json::append_string(out, contents.uri);
  append_text(out, "mimeType", contents.mime_type);
  if (auto const* text = std::get_if<std::string>(&contents.data)) {
    out += ",\"text\":";
    json::append_string(out, *text);
  } else {
    out += ",\"blob\":";
    append_base64(out, std::get<Bytes>(contents.data));
  }
  if (features.titles) append_meta(out, contents.meta);
  out += '}';
}

void append_content(std::string& out, Content const& content, Features const& features) {
  std::visit(BlockWriter(out, features), content.block());
  if (content.annotations()) {
    out += ",\"annotations\":";
    append_annotations(out, *content.annotations(), features);
  }
  if (features.titles) append_meta(out, content.meta());
  out += '}';
}

void append_prompt_message(std::string& out, PromptMessage const& message,
                           Features const& features) {
  out += message.role == PromptMessage::user_role ? R"({"role":"user","content":)"
                                                  : R"({"role":"assistant","content":)";
  append_content(out, message.content, features);
  out += '}';
}

namespace {

void append_blocks(std::string& out, ToolResult const& result, Features const& features) {
  out += '[';
  for (auto const& block : result.content) {
    if (&block != &result.content.front()) out += ',';
    append_content(out, block, features);
  }
  if (result.content.empty() && result.structured)
    append_content(out, Content::text(result.structured->text()), features);
  out += ']';
}

void append_structured(std::string& out, Json const& value, Features const& features, bool wrap) {
  std::string_view const text = value.text();
  bool const is_object = trimmed(text).starts_with('{');
  bool const wrapped = !features.non_object_structured && (wrap || !is_object);
  out += wrapped ? ",\"structuredContent\":{\"result\":" : ",\"structuredContent\":";
  out += text;
  if (wrapped) out += '}';
}

}  // namespace

void append_tool_result(std::string& out, ToolResult const& result, Features const& features,
                        bool wrap) {
  out += "\"content\":";
  append_blocks(out, result, features);
  if (features.structured && result.structured)
    append_structured(out, *result.structured, features, wrap);
  if (result.is_error) out += ",\"isError\":true";
}

std::string_view members_of(Json const& object) {
  std::string_view text = trimmed(object.text());
  if (text.size() < 2 || text.front() != '{') return {};
  return trimmed(text.substr(1, text.size() - 2));
}

}  // namespace rampart::protocol
