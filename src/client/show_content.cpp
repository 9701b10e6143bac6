// Content blocks of results as text.
#include <optional>

#include "client/show.hpp"
#include "client/text.hpp"
#include "json/canonical.hpp"
#include "json/document.hpp"

namespace rampart::client {
namespace {

constexpr std::size_t longest_line = 200;  // of what is described rather than shown (bytes)

std::string_view text(Node node, std::string_view name) {
  auto const found = node.find(name);
  return found ? found->as_string().value_or("") : "";
}
std::string line_of(Node node, std::string_view name) {
  return first_line(text(node, name), longest_line);
}

void append_text(std::string& out, std::string_view shown) {
  out += visible(shown);
  if (!out.ends_with('\n')) out += '\n';
}

/// "[image image/png, 1.2 kB]"
void append_data(std::string& out, std::string_view kind, Node node, std::string_view member) {
  out.append("[").append(kind);
  if (auto const type = line_of(node, "mimeType"); !type.empty())
    out.append(kind.empty() ? "" : " ").append(type);
  out.append(", ").append(human_bytes(base64_bytes(text(node, member)))).append("]\n");
}

void append_resource(std::string& out, Node resource, bool named) {
  if (named) {
    out += "[resource " + line_of(resource, "uri");
    if (auto const type = line_of(resource, "mimeType"); !type.empty()) out += ", " + type;
    out += "]\n";
  }
  if (resource.find("text")) return append_text(out, text(resource, "text"));
  append_data(out, "data", resource, "blob");
}

void append_link(std::string& out, Node link) {
  out += "[link " + line_of(link, "uri");
  for (std::string_view const name : {"title", "name", "description"})
    if (auto const said = line_of(link, name); !said.empty()) {
      out += ": " + said;
      break;
    }
  out += "]\n";
}

void append_content(std::string& out, Node block) {
  auto const type = text(block, "type");
  if (type == "text") return append_text(out, text(block, "text"));
  if (type == "image" || type == "audio") return append_data(out, type, block, "data");
  if (type == "resource_link") return append_link(out, block);
  auto const resource = block.find("resource");
  if (type == "resource" && resource) return append_resource(out, *resource, true);
  append_text(out, pretty(block.text()));
}

/// Some servers wrap their text, to have structured content at all: {"content": "the same text"}.
bool is_wrapped(Node structured, std::optional<Node> content) {
  if (structured.size() != 1 || !content || content->size() != 1) return false;
  auto const said = text(*content->items().begin(), "text");
  auto const [name, value] = *structured.members().begin();
  if (value.is_string()) return value.as_string() == said;
  auto const document = json::Document::parse_copy(said);
  return document && json::canonical(document->root()) == json::canonical(value);
}

/// Most servers send structured content a second time as text, for clients that do not know it.
bool repeats(Node block, std::optional<std::string> const& structured) {
  if (!structured || text(block, "type") != "text") return false;
  auto const document = json::Document::parse_copy(text(block, "text"));
  return document && json::canonical(document->root()) == *structured;
}

}  // namespace

bool is_tool_error(std::string_view result) {
  auto const document = json::Document::parse_copy(result);
  auto const flag = document ? document->root().find("isError") : std::nullopt;
  return flag && flag->as_bool().value_or(false);
}

std::string readable_tool_result(std::string_view result) {
  auto const document = json::Document::parse_copy(result);
  if (!document) return pretty(result) + "\n";
  auto const structured = document->root().find("structuredContent");
  auto const content = document->root().find("content");
  std::optional<std::string> canonical;
  if (structured && !structured->is_null() && !is_wrapped(*structured, content))
    canonical = json::canonical(*structured);
  std::string out;
  if (content)
    for (Node const block : content->items())
      if (!repeats(block, canonical)) append_content(out, block);
  if (canonical) append_text(out, pretty(structured->text()));
  return out;
}

std::string readable_resource(std::string_view result) {
  auto const document = json::Document::parse_copy(result);
  auto const contents = document ? document->root().find("contents") : std::nullopt;
  if (!contents) return pretty(result) + "\n";
  std::string out;
  for (Node const each : contents->items()) append_resource(out, each, contents->size() > 1);
  return out;
}

std::string readable_prompt(std::string_view result, Style const& style) {
  auto const document = json::Document::parse_copy(result);
  auto const messages = document ? document->root().find("messages") : std::nullopt;
  if (!messages) return pretty(result) + "\n";
  std::string out;
  for (Node const message : messages->items()) {
    out += style.bold(line_of(message, "role") + ":") + "\n";
    if (auto const content = message.find("content")) append_content(out, *content);
  }
  return out;
}

}  // namespace rampart::client
