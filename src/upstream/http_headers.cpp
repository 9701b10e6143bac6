#include "upstream/http_headers.hpp"

#include <algorithm>

#include "protocol/mirror_headers.hpp"

namespace rampart::upstream {
namespace {
constexpr std::size_t max_session_bytes = 1024;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool has_content_type(std::string_view value, std::string_view type) {
  return same(value.substr(0, type.size()), type) &&
         (value.size() == type.size() || value[type.size()] == ';' || value[type.size()] == ' ');
}
}  // namespace

void add_mirrored_headers(http_client::Headers& headers, Outgoing const& message) {
  if (!message.method.empty()) headers.emplace_back("Mcp-Method", message.method);
  if (!message.name.empty())
    headers.emplace_back("Mcp-Name", protocol::encode_header_value(message.name));
  for (auto const& [name, value] : message.param_headers)
    headers.emplace_back(name, protocol::encode_header_value(value));
}

void add_configured_headers(http_client::Headers& headers, http_client::Headers const& configured) {
  auto const protocols_own = [](std::string_view name) {
    for (std::string_view const own :
         {"Accept", "Content-Type", "MCP-Protocol-Version", "Mcp-Session-Id", "Mcp-Method",
          "Mcp-Name", "Last-Event-ID", "Host", "Content-Length", "Connection", "Transfer-Encoding"})
      if (same(name, own)) return true;
    return false;
  };
  bool named = false;
  for (auto const& [name, value] : configured) {
    if (!protocols_own(name)) headers.emplace_back(name, value);
    named = named || same(name, "User-Agent");
  }
  // Some firewalls refuse requests that have none.
  if (!named) headers.emplace_back("User-Agent", "rampart");
}

BodyKind body_kind(http_client::ResponseHead const& head) {
  std::string_view const type = head.find("Content-Type").value_or(std::string_view());
  if (has_content_type(type, "application/json")) return BodyKind::json;
  if (has_content_type(type, "text/event-stream")) return BodyKind::events;
  return BodyKind::other;
}

Result<std::string> session_of(http_client::ResponseHead const& head) {
  std::string_view const id = head.find("Mcp-Session-Id").value_or(std::string_view());
  bool const visible = std::ranges::all_of(id, [](char c) { return c >= 0x21 && c <= 0x7e; });
  if (!visible || id.size() > max_session_bytes)
    return fail(Errc::unavailable, "the upstream opened a session with an invalid id");
  return std::string(id);
}

}  // namespace rampart::upstream
