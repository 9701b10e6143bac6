#include "upstream/catalogue.hpp"

#include <algorithm>
#include <set>

#include "json/slice.hpp"
#include "json/write.hpp"
#include "protocol/cache_hints.hpp"
#include "protocol/error_codes.hpp"
#include "upstream/connection.hpp"
#include "upstream/message.hpp"

namespace rampart::upstream {
namespace {

/// Cuts the elements out of an array that is known to be valid JSON.
void take_elements(std::string_view array, std::vector<std::string>& out) {
  std::size_t depth = 0, begin = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < array.size(); ++i) {
    char const c = array[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' && depth++ == 1) begin = i;
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if (c == '}' && --depth == 1) out.emplace_back(array.substr(begin, i - begin + 1));
  }
}

struct List {
  std::string_view capability;
  std::string_view method;
  std::string_view member;
  std::vector<std::string> Catalogue::* to;
  ListLife Catalogue::* life;
};
constexpr List lists[] = {
    {"tools", "tools/list", "tools", &Catalogue::tools, &Catalogue::tools_life},
    {"resources", "resources/list", "resources", &Catalogue::resources, &Catalogue::resources_life},
    {"resources", "resources/templates/list", "resourceTemplates", &Catalogue::templates,
     &Catalogue::templates_life},
    {"prompts", "prompts/list", "prompts", &Catalogue::prompts, &Catalogue::prompts_life},
};

/// Of one page; a list lives as long as the page that lives shortest.
ListLife life_of(json::Slices const& page, base::Steady::time_point now) {
  constexpr std::uint64_t longest = 24ull * 3600 * 1000;  // a day, whatever it says
  protocol::CacheHints hints;
  for (std::string_view const key : {"ttlMs", "cacheScope"})
    if (auto const value = page.find(key)) protocol::read_cache_hint(hints, key, *value);
  auto const ttl = std::min(hints.ttl_ms.value_or(0), longest);
  return {true, ttl > 0, now + std::chrono::milliseconds(ttl), hints.is_public};
}

/// Its end within a time limit.
Task<Event> finish(async::Loop& loop, std::shared_ptr<Exchange> exchange,
                   base::Steady::time_point deadline) {
  async::Deadline limit([exchange] { exchange->cancel("deadline"); });
  loop.arm(limit, deadline);
  for (;;) {
    auto event = co_await exchange->next();
    if (event.final()) co_return event;
  }
}

Task<Result<void>> read_list(async::Loop& loop, Connection& connection, List const& list,
                             Catalogue& to, Catalogue const& before,
                             base::Steady::time_point deadline, CatalogueLimits limits) {
  std::string cursor;
  std::size_t bytes = 0;
  auto& entries = to.*list.to;
  for (std::size_t page = 0; page < limits.max_pages; ++page) {
    Request request;
    request.method = list.method;
    if (!cursor.empty()) request.params = R"("cursor":)" + cursor;
    auto const exchange = connection.request(std::move(request));
    auto event = co_await finish(loop, exchange, deadline);
    if (event.kind == Event::Kind::error) {
      auto const error = read_error(event.json);
      // Some declare a capability and know only one of its lists.
      bool const unknown = error && error->code == protocol::code::method_not_found;
      entries = unknown ? std::vector<std::string>() : before.*list.to;
      (to.*list.life).there = !unknown;
      if (!unknown)
        to.refused.push_back(std::string(list.method) + ": " +
                             (error ? error->message : std::string("an unreadable error")));
      co_return Result<void>();
    }
    if (event.kind != Event::Kind::result) co_return Failure(event.failure);
    auto const result = json::slice_valid_object(event.json);
    auto const items = result ? result->find(list.member) : std::nullopt;
    if (!items || !items->starts_with('['))
      co_return fail(
          Errc::invalid_request,
          std::string(list.method) + " answered without an array " + std::string(list.member));
    take_elements(*items, entries);
    auto const page_life = life_of(*result, loop.now());
    auto& life = to.*list.life;
    if (page == 0) life = page_life;
    life.timed &= page_life.timed;
    life.is_public &= page_life.is_public;
    life.expires = std::min(life.expires, page_life.expires);
    bytes += event.json.size();
    if (entries.size() > limits.max_entries || bytes > limits.max_bytes)
      co_return fail(Errc::invalid_request, std::string(list.method) + " is longer than " +
                                                std::to_string(limits.max_entries) +
                                                " entries or " + std::to_string(limits.max_bytes) +
                                                " bytes");
    auto const next = result->find("nextCursor");
    if (!next || !next->starts_with('"') || *next == cursor) co_return Result<void>();
    cursor = *next;
  }
  co_return fail(Errc::invalid_request, std::string(list.method) + " has more than " +
                                            std::to_string(limits.max_pages) + " pages");
}

}  // namespace

namespace {

std::string identity(std::string const& entry, std::string_view member) {
  auto const members = json::slice_valid_object(entry);
  auto const value = members ? members->find(member) : std::nullopt;
  return std::string(value.value_or(entry));
}

std::vector<std::string> beyond(std::vector<std::string> const& more,
                                std::vector<std::string> const& than, std::string_view member) {
  std::set<std::string> known;
  for (auto const& entry : than) known.insert(identity(entry, member));
  std::vector<std::string> out;
  for (auto const& entry : more)
    if (!known.contains(identity(entry, member))) out.push_back(entry);
  return out;
}

}  // namespace

Catalogue beyond(Catalogue const& more, Catalogue const& than) {
  Catalogue out;
  out.tools = beyond(more.tools, than.tools, "name");
  out.resources = beyond(more.resources, than.resources, "uri");
  out.templates = beyond(more.templates, than.templates, "uriTemplate");
  out.prompts = beyond(more.prompts, than.prompts, "name");
  return out;
}

void append(Catalogue& to, Catalogue const& more) {
  for (auto const member :
       {&Catalogue::tools, &Catalogue::resources, &Catalogue::templates, &Catalogue::prompts})
    (to.*member).insert((to.*member).end(), (more.*member).begin(), (more.*member).end());
}

Task<Result<Catalogue>> read_catalogue(async::Loop& loop, Connection& connection,
                                       base::Steady::time_point deadline, Catalogue before,
                                       CatalogueLimits limits) {
  Catalogue out;
  auto const said = json::slice_valid_object(connection.greeting()->capabilities);
  auto const has = [&said](std::string_view name) { return said && said->find(name).has_value(); };
  for (auto const& list : lists) {
    if (!has(list.capability)) continue;
    auto read = co_await read_list(loop, connection, list, out, before, deadline, limits);
    if (!read) co_return Failure(read.error());
  }
  out.completions = has("completions");
  if (auto const resources = said ? said->find("resources") : std::nullopt) {
    auto const options = json::slice_valid_object(*resources);
    out.subscribe = options && options->find("subscribe") == "true";
  }
  co_return out;
}

}  // namespace rampart::upstream
