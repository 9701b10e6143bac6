// What people read about upstreams: their lines of `rampart check`, their section of
// docs/config.md.
#include "config/printable.hpp"
#include "config/report_bounds.hpp"
#include "config/upstream_load.hpp"
#include "config/upstream_rows.hpp"
#include "config/upstream_rules.hpp"
#include "config/value.hpp"

namespace rampart::config {
namespace {

constexpr std::string_view kind_names[] = {"stdio", "streamable-http", "sse"};

constexpr std::string_view intro =
    "\n## mcpServers\n\n"
    "The servers behind the gateway, each under a name of 1 to 64 letters, digits, `_` or `-`. "
    "The block is the one\n"
    "that MCP clients have in their own files; it can be copied as it is. Only a file can hold "
    "it.\n\n"
    "```json\n"
    "{ \"mcpServers\": {\n"
    "    \"files\":  { \"command\": \"npx\", \"args\": [\"-y\", "
    "\"@modelcontextprotocol/server-filesystem\", \"/data\"] },\n"
    "    \"search\": { \"url\": \"https://mcp.example.com/mcp\",\n"
    "                \"headers\": { \"Authorization\": \"Bearer ${SEARCH_TOKEN}\" },\n"
    "                \"required\": false, \"timeouts\": { \"call\": \"90 s\" } } } }\n"
    "```\n\n"
    "In command, args, env, cwd, url and headers `${NAME}` stands for an environment variable and "
    "`${NAME:-text}` for\n"
    "one that may be unset; `${file:/run/secrets/token}` is what that file holds, without its last "
    "line end;\n"
    "`$${` is a plain `${`. A variable that is not set or a file that is not there is an error. "
    "SIGHUP reads files again.\n"
    "`rampart check` masks env, headers, a url's query, files, and whatever came from a variable "
    "that sounds like a secret.\n"
    "A header that the protocol writes cannot be given. Keys of clients that mean nothing here "
    "(alwaysAllow, autoApprove, "
    "description) are ignored;\n"
    "`transport` may stand for `type`, and type `http` is `streamable-http`.\n\n"
    "| key of every client | values | meaning |\n|---|---|---|\n";

void add_given(std::vector<CheckLine>& lines, Loaded const& loaded, std::string const& key,
               std::string value) {
  auto const origin = loaded.origins.find(key);
  if (origin == loaded.origins.end()) return;
  lines.push_back({printable(key), value.empty() ? "-" : std::move(value), origin->second});
}

std::string args_text(Upstream const& upstream) {
  std::string out;
  for (auto const& arg : upstream.args)
    out += (out.empty() ? "" : " ") + printable_quoted(masked(upstream, arg));
  return out;
}

void add_lines(std::vector<CheckLine>& lines, Loaded const& loaded, Upstream const& upstream,
               std::vector<UpstreamRow> const& rows) {
  auto const prefix = std::string(upstream_section) + "." + upstream.name;
  auto const add = [&](std::string const& key, std::string value) {
    add_given(lines, loaded, prefix + key, std::move(value));
  };
  add("", std::string(kind_names[static_cast<std::size_t>(upstream.kind)]));
  add(".command", printable(masked(upstream, upstream.command)));
  add(".args", args_text(upstream));
  add(".cwd", printable(masked(upstream, upstream.cwd)));
  add(".url", printable(masked(upstream, masked_url(upstream.url))));
  for (auto const& [name, value] : upstream.env) add(".env." + name, "***");
  for (auto const& [name, value] : upstream.headers) add(".headers." + name, "***");
  for (auto const& [name, value] : upstream.fallbacks)
    add(".fallbacks." + name, printable_quoted(value));
  for (auto const& row : rows)
    add("." + std::string(row.row.key),
        show_slot(row.row, row.slot(const_cast<Upstream&>(upstream))));
  for (auto const& [tool, rules] : upstream.overrides)
    for (auto const& row : override_rows())
      add(".overrides." + tool + "." + std::string(row.row.key),
          show_slot(row.row, row.slot(const_cast<Upstream::Override&>(rules))));
}

}  // namespace

std::vector<CheckLine> upstream_lines(Loaded const& loaded) {
  std::vector<CheckLine> lines;
  auto const rows = upstream_rows();
  for (auto const& upstream : loaded.config.upstreams) add_lines(lines, loaded, upstream, rows);
  return lines;
}

std::string upstream_markdown() {
  std::string out(intro);
  for (auto const& client : client_keys())
    out += "| `" + std::string(client.key) + "` | " + std::string(client.values) + " | " +
           std::string(client.doc) + " |\n";
  out +=
      "\nRampart's own keys stand beside those. A key with a dot is one of a group: "
      "`{\"timeouts\": {\"call\": 90}}`.\n\n"
      "| key | default | values | meaning |\n|---|---|---|---|\n";
  for (auto const& row : upstream_rows())
    out += "| " + code(row.row.key) + " | " + code(row.row.fallback) + " | " + bounds_of(row.row) +
           " | " + std::string(row.row.doc) + " |\n";
  out +=
      "\n### overrides\n\n"
      "What holds for single tools, under the names that the server gives them. What is not given "
      "is as for the server.\n"
      "A name that the server does not have is a warning in the log.\n\n"
      "```json\n"
      "\"overrides\": { \"search\": { \"timeouts\": { \"call\": 10 }, \"limits\": { "
      "\"max_in_flight\": 4 },\n"
      "                           \"retry\": { \"repeat\": \"always\" }, \"breaker\": { "
      "\"own\": true } } }\n"
      "```\n\n"
      "| key | values | meaning |\n|---|---|---|\n";
  for (auto const& row : override_rows())
    out += "| " + code(row.row.key) + " | " + bounds_of(row.row) + " | " +
           std::string(row.row.doc) + " |\n";
  return out;
}

}  // namespace rampart::config
