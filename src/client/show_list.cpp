// Lists of tools, resources and prompts, each with how it is called.
#include <algorithm>

#include "client/schema_types.hpp"
#include "client/show.hpp"
#include "client/text.hpp"
#include "json/document.hpp"

namespace rampart::client {
namespace {

constexpr std::size_t longest_description = 100;  // (bytes)
constexpr std::size_t longest_choice = 60;        // all values of an enum in a synopsis (bytes)
constexpr std::size_t longest_name = 200;

std::string_view text(Node node, std::string_view name) {
  auto const found = node.find(name);
  return found ? found->as_string().value_or("") : "";
}

bool is_required(Node schema, std::string_view name) {
  auto const required = schema.find("required");
  if (!required) return false;
  for (Node const each : required->items())
    if (each.as_string() == name) return true;
  return false;
}

std::string placeholder(Node property, Node root) {
  std::string choice;
  if (auto const values = resolved(property, root).find("enum"))
    for (Node const value : values->items()) {
      if (!choice.empty()) choice += '|';
      choice += value.is_string() ? std::string(*value.as_string()) : value.text();
    }
  if (!choice.empty() && choice.size() <= longest_choice) return first_line(choice, longest_choice);
  auto const takes = accepted(property, root);
  if (takes.array && !takes.text) {
    auto const items = resolved(property, root).find("items");
    auto const item = items ? accepted(*items, root) : Accepted{};
    return (item.object || item.array || !items ? "JSON" : item.placeholder()) + "...";
  }
  return takes.placeholder();
}

std::string in_brackets_unless(bool required, std::string word) {
  return required ? " " + word : " [" + word + "]";
}

std::string tool_parameters(Node tool) {
  auto const schema = tool.find("inputSchema");
  auto const properties = schema ? schema->find("properties") : std::nullopt;
  std::string first, later;
  if (!properties) return first;
  for (auto const [name, property] : properties->members()) {
    bool const required = is_required(*schema, name);
    auto const word = first_line(name, longest_name) + "=" + placeholder(property, *schema);
    (required ? first : later) += in_brackets_unless(required, word);
  }
  return first + later;
}

std::string prompt_parameters(Node prompt) {
  std::string first, later;
  auto const arguments = prompt.find("arguments");
  if (!arguments) return first;
  for (Node const argument : arguments->items()) {
    auto const flag = argument.find("required");
    bool const required = flag && flag->as_bool().value_or(false);
    auto const word = first_line(text(argument, "name"), longest_name) + "=TEXT";
    (required ? first : later) += in_brackets_unless(required, word);
  }
  return first + later;
}

std::string description(Node entry) {
  for (std::string_view const name : {"description", "title"})
    if (auto const said = text(entry, name); !said.empty()) return std::string(said);
  return {};
}

void append_entry(std::string& out, std::string const& entry, ListKind kind,
                  Console const& console) {
  auto const document = json::Document::parse_copy(entry);
  if (!document) return;
  out += "  " + synopsis(entry, kind) + "\n";
  auto const limit = console.verbose ? std::string::npos : longest_description;
  if (auto const line = first_line(description(document->root()), limit); !line.empty())
    out += "      " + console.out_style.dim(line) + "\n";
}

}  // namespace

std::string synopsis(std::string_view descriptor, ListKind kind) {
  auto const document = json::Document::parse_copy(descriptor);
  if (!document) return {};
  auto const entry = document->root();
  auto out = first_line(text(entry, row(kind).identity), longest_name);
  if (kind == ListKind::tools) return out + tool_parameters(entry);
  if (kind == ListKind::prompts) return out + prompt_parameters(entry);
  if (auto const type = text(entry, "mimeType"); !type.empty())
    out += " (" + first_line(type, longest_name) + ")";
  return out;
}

std::string readable_list(std::vector<std::string> const& entries, ListKind kind,
                          Console const& console) {
  if (entries.empty()) return {};
  auto const title = std::string(row(kind).title) + " (" + grouped(entries.size()) + ")";
  std::string out = "\n" + console.out_style.bold(title) + "\n";
  for (auto const& entry : entries) append_entry(out, entry, kind, console);
  return out;
}

std::string readable_greeting(upstream::Greeting const& greeting, Style const& style) {
  auto const name = first_line(text_member(greeting.server_info, "name"), longest_name);
  auto const version = first_line(text_member(greeting.server_info, "version"), longest_name);
  return style.bold((name.empty() ? "unnamed server" : name) + " " + version) + ", protocol " +
         std::string(protocol::name(greeting.version)) + "\n";
}

}  // namespace rampart::client
