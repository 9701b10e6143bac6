#include "protocol/translate_request.hpp"

#include "protocol/translate_members.hpp"

namespace rampart::protocol {

bool is_reserved_meta_key(std::string_view key) {
  if (is_one_of(key, {"progressToken", "traceparent", "tracestate", "baggage"})) return true;
  auto const slash = key.find('/');
  if (slash == std::string_view::npos) return false;
  auto const prefix = key.substr(0, slash);
  auto const dot = prefix.find('.');
  if (dot == std::string_view::npos) return is_one_of(prefix, {"mcp", "modelcontextprotocol"});
  auto const rest = prefix.substr(dot + 1);
  return is_one_of(rest.substr(0, rest.find('.')), {"mcp", "modelcontextprotocol"});
}

std::string forwardable_meta(std::string_view meta) {
  if (!is_object_text(meta)) return {};
  auto const members = json::slice_valid_object(meta);
  if (!members) return {};
  MemberWriter out;
  for (auto const& [key, value] : members->members())
    if (!is_reserved_meta_key(key)) out.raw(key, value);
  return std::move(out).members();
}

}  // namespace rampart::protocol
