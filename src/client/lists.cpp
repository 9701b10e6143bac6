#include "client/lists.hpp"

#include "json/slice.hpp"
#include "protocol/error_codes.hpp"
#include "upstream/message.hpp"

namespace rampart::client {
namespace {

constexpr std::array<ListRow, all_lists.size()> rows{{
    {ListKind::tools, "tools", "tools/list", "tools", "Tools", "name"},
    {ListKind::resources, "resources", "resources/list", "resources", "Resources", "uri"},
    {ListKind::templates, "resources", "resources/templates/list", "resourceTemplates",
     "Resource templates", "uriTemplate"},
    {ListKind::prompts, "prompts", "prompts/list", "prompts", "Prompts", "name"},
}};

Trouble bad_list(ListRow const& list, std::string_view why) {
  return {Status::protocol, std::string(list.method).append(" ").append(why)};
}

/// Templates are an optional part of resources, and servers without any refuse to list them.
bool may_be_missing(ListKind kind, Trouble const& trouble) {
  if (kind != ListKind::templates || trouble.error.empty()) return false;
  auto const error = upstream::read_error(trouble.error);
  return error && error->code == protocol::code::method_not_found;
}

/// The next cursor as JSON text, or "" after the last page.
std::optional<std::string> take_page(ListRow const& list, std::string const& result,
                                     std::vector<std::string>& to) {
  auto const members = json::slice_valid_object(result);
  auto const array = members ? members->find(list.member) : std::nullopt;
  auto const items = array ? upstream::batch_items(*array) : std::nullopt;
  if (!items) return std::nullopt;
  for (auto const item : *items) {
    if (!upstream::is_object(item)) return std::nullopt;
    to.emplace_back(item);
  }
  auto const next = members->find("nextCursor").value_or("");
  return std::string(next.starts_with('"') ? next : "");
}

}  // namespace

ListRow const& row(ListKind kind) { return rows[static_cast<std::size_t>(kind)]; }

bool offers(upstream::Greeting const& greeting, ListKind kind) {
  auto const said = json::slice_valid_object(greeting.capabilities);
  return said && said->find(row(kind).capability).has_value();
}

Task<std::optional<Trouble>> read_list(Session& session, ListKind kind,
                                       std::vector<std::string>& to) {
  if (!offers(session.greeting(), kind)) co_return std::nullopt;
  auto const& list = row(kind);
  std::string cursor;
  for (std::size_t page = 0; page < max_pages; ++page) {
    upstream::Request request;
    request.method = list.method;
    if (!cursor.empty()) request.params = R"("cursor":)" + cursor;
    Outcome outcome = co_await session.request(std::move(request), false);
    if (!outcome.result) {
      if (may_be_missing(kind, outcome.trouble)) co_return std::nullopt;
      co_return std::move(outcome.trouble);
    }
    auto next = take_page(list, *outcome.result, to);
    if (!next) co_return bad_list(list, "answered without an array of objects");
    if (to.size() > max_entries) co_return bad_list(list, "has too many entries");
    if (next->empty()) co_return std::nullopt;
    if (*next == cursor) co_return bad_list(list, "gives the same cursor twice");
    cursor = std::move(*next);
  }
  co_return bad_list(list, "has too many pages");
}

Task<std::optional<Trouble>> read_lists(Session& session, Lists& to) {
  for (auto const kind : all_lists) {
    std::optional<Trouble> trouble = co_await read_list(session, kind, to.of(kind));
    if (trouble) co_return trouble;
  }
  co_return std::nullopt;
}

std::string text_member(std::string_view object, std::string_view name) {
  auto const members = json::slice_valid_object(object);
  if (!members) return {};
  return json::string_of(members->find(name).value_or("")).value_or("");
}

}  // namespace rampart::client
