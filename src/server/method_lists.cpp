// server/discover and the four lists.
#include <algorithm>
#include <charconv>

#include "base/encoding.hpp"
#include "json/write.hpp"
#include "server/methods.hpp"

namespace rampart::server::methods {
namespace {

/// A cursor names the catalogue's generation and the first entry of its page.
std::string cursor_text(std::uint64_t generation, std::size_t offset) {
  return base::base64url_encode(std::to_string(generation) + ":" + std::to_string(offset));
}

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Failure bad_cursor() {
  return fail(Errc::invalid_params, "params.cursor is not one this server gave out");
}

/// Where the page begins. A cursor from before a change still works: it is a position, and the
/// client is told of the change by list_changed.
Result<std::size_t> page_begin(Params const& params, std::size_t entries) {
  auto const cursor = params.find("cursor");
  if (!cursor) return 0;
  auto const text = cursor->as_string();
  auto const decoded = text ? base::base64url_decode(*text) : std::nullopt;
  if (!decoded) return bad_cursor();
  auto const colon = decoded->find(':');
  if (colon == std::string::npos || !number(std::string_view(*decoded).substr(0, colon)))
    return bad_cursor();
  auto const offset = number(std::string_view(*decoded).substr(colon + 1));
  if (!offset || *offset > entries) return bad_cursor();
  return *offset;
}

/// What is left of a list's time. One whose time has passed is told all the same, and read again
/// for those who ask next.
protocol::CacheHints list_hints(Call const& call, ListKind kind, bool own_entries) {
  auto const& registry = call.dispatcher.services.registry;
  auto hints = own_cache_hints(call);
  auto const life = registry.list_life(kind);
  if (!life) return hints;
  auto const left = std::chrono::floor<std::chrono::milliseconds>(life->expires - call.loop.now());
  if (left.count() <= 0) registry.list_expired();
  auto const ms = static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 0));
  if (own_entries) return {std::min(ms, hints.ttl_ms.value_or(0)), false};
  return {ms, life->is_public};
}

template <class T>
void list(Call& call, Params const& params, ListKind kind, std::string_view member,
          Entries<T> const& entries, std::uint64_t generation) {
  auto const begin = page_begin(params, entries.list().size());
  if (!begin) return call.refuse(begin.error());
  auto const end = std::min(*begin + call.dispatcher.options.page_size, entries.list().size());
  Rendered out;
  out.members = "\"";
  out.members += member;
  out.members += "\":[";
  for (std::size_t i = *begin; i < end; ++i) {
    if (i > *begin) out.members += ',';
    out.members += *entries.list()[i]->rendered[static_cast<std::size_t>(call.version)];
  }
  out.members += ']';
  if (end < entries.list().size()) {
    out.members += R"(,"nextCursor":)";
    json::append_string(out.members, cursor_text(generation, end));
  }
  bool const own = !entries.list().empty() && !entries.list().front()->foreign;
  out.hints = list_hints(call, kind, own);
  call.succeed(std::move(out));
}

}  // namespace

void discover(Call& call, Params const&) {
  auto const& registry = call.dispatcher.services.registry;
  Rendered out;
  out.members = R"("supportedVersions":)";
  out.members += protocol::modern_versions_json;
  out.members += R"(,"capabilities":)" + capabilities_json(registry, call.version);
  if (auto const text = registry.instructions(); !text.empty())
    out.members += R"(,"instructions":)" + json::quoted(text);
  out.hints = own_cache_hints(call);
  call.succeed(std::move(out));
}

void list_tools(Call& call, Params const& params) {
  auto const catalog = call.dispatcher.services.registry.catalog();
  list(call, params, ListKind::tools, "tools", catalog->tools, catalog->generation);
}
void list_resources(Call& call, Params const& params) {
  auto const catalog = call.dispatcher.services.registry.catalog();
  list(call, params, ListKind::resources, "resources", catalog->resources, catalog->generation);
}
void list_templates(Call& call, Params const& params) {
  auto const catalog = call.dispatcher.services.registry.catalog();
  list(call, params, ListKind::templates, "resourceTemplates", catalog->templates,
       catalog->generation);
}
void list_prompts(Call& call, Params const& params) {
  auto const catalog = call.dispatcher.services.registry.catalog();
  list(call, params, ListKind::prompts, "prompts", catalog->prompts, catalog->generation);
}

}  // namespace rampart::server::methods
