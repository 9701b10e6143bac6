// What people read about the configuration: docs/config.md and the output of `rampart check`.
#include <algorithm>

#include "config/load.hpp"
#include "config/report_bounds.hpp"
#include "config/row.hpp"
#include "config/upstream_load.hpp"
#include "config/value.hpp"

namespace rampart::config {
namespace {

constexpr std::string_view intro =
    "# Configuration\n\n"
    "<!-- Generated from the rows in src/config; do not edit. A test compares this page with them. "
    "-->\n\n"
    "Nothing has to be configured. What is can come from four places; the later ones win:\n\n"
    "1. defaults, some of which depend on ENVIRONMENT\n"
    "2. one file, named by `--config` or RAMPART_CONFIG: YAML, or JSON when it begins with `{` "
    "(comments and\n"
    "   trailing commas allowed); at most 1 MiB, 16 levels deep\n"
    "3. environment variables; an empty one counts as unset\n"
    "4. flags\n\n"
    "`rampart check` validates all of it and prints each value with its source. An unknown key, "
    "variable\n"
    "(RAMPART_...) or flag is an error. Every key has a variable RAMPART_SECTION_KEY and a flag\n"
    "`--section-key`; the tables name the other spellings. Variables that Kubernetes adds for a "
    "service called\n"
    "rampart (RAMPART_SERVICE_HOST, RAMPART_PORT=tcp://...) are ignored.\n\n"
    "Times are seconds, or a number with ms, s, m or h. Sizes are bytes, or a number with KiB, MiB "
    "or GiB.\n"
    "Lists are YAML or JSON lists, or text separated by commas. Bounds are inclusive.\n\n"
    "```yaml\n"
    "environment: production\n"
    "server:\n"
    "  bind: 0.0.0.0\n"
    "  allowed_hosts: [mcp.example.com]\n"
    "  max_request_size: 4 MiB\n"
    "rate:\n"
    "  limit: 600\n"
    "```\n";

constexpr std::string_view reload_note =
    "\n## While it serves\n\n"
    "SIGHUP reads all of it again. Taken up at once are `log.level`, `rate.limit` (every client "
    "begins anew)\n"
    "and, where there were upstreams at the start,\n"
    "`mcpServers`; the file of `auth.keys_file` is read again, that of `audit.log` is opened anew. "
    "Any "
    "other key that\n"
    "differs from the start is named in the log (`reload_needs_restart`) and waits for a restart. "
    "A "
    "configuration that\n"
    "is wrong changes nothing (`reload_failed`).\n";

constexpr std::string_view redis_note =
    "\n## Why REDIS_URL has no default\n\n"
    "Tutorials of this kind default it to `redis://localhost:6379`. Here it is unset: a prototype "
    "starts without a\n"
    "Redis, and with that default each of them would try, and log that it failed, to reach one "
    "that is not there;\n"
    "readiness would depend on it. Set REDIS_URL where replicas must share state.\n";

std::string defaults_of(Row const& row) {
  auto const development = row.default_in(Environment::development);
  auto const staging = row.default_in(Environment::staging);
  auto const production = row.default_in(Environment::production);
  if (development == staging && staging == production) return code(development);
  return "by ENVIRONMENT";
}

std::string names_of(Row const& row) {
  std::string out = code(row.key);
  auto const derived = row.derived_env();
  out += "<br>" + (row.env.empty() || row.env == derived ? derived : std::string(row.env));
  if (!row.flag.empty()) out += "<br>`--" + std::string(row.flag) + "`";
  return out;
}

void append_rows(std::string& out, std::vector<Row> const& rows) {
  std::string_view section;
  for (auto const& row : rows) {
    auto const dot = row.key.find('.');
    auto const own =
        dot == std::string_view::npos ? std::string_view("general") : row.key.substr(0, dot);
    if (own != section) {
      section = own;
      out += "\n## " + std::string(section) +
             "\n\n| key, variable | default | values | meaning |\n|---|---|---|---|\n";
    }
    out += "| " + names_of(row) + " | " + defaults_of(row) + " | " + bounds_of(row) + " | " +
           std::string(row.doc) + " |\n";
  }
}

void append_environments(std::string& out, std::vector<Row> const& rows) {
  out +=
      "\n## What ENVIRONMENT changes\n\n| key | development | staging | production "
      "|\n|---|---|---|---|\n";
  for (auto const& row : rows) {
    if (row.staging.empty() && row.production.empty()) continue;
    out += "| " + code(row.key) + " | " + code(row.default_in(Environment::development)) + " | " +
           code(row.default_in(Environment::staging)) + " | " +
           code(row.default_in(Environment::production)) + " |\n";
  }
}

}  // namespace

std::string code(std::string_view text) {
  return text.empty() ? "–" : "`" + std::string(text) + "`";
}

std::string bounds_of(Row const& row) {
  switch (row.type) {
    case Type::choice: {
      std::string out;
      for (auto const choice : row.choices) out += (out.empty() ? "" : ", ") + std::string(choice);
      return out;
    }
    case Type::port:
    case Type::count:
    case Type::bytes:
    case Type::seconds: {
      auto out = std::to_string(row.min) + "–" + std::to_string(row.max);
      if (!row.unit.empty()) out += " " + std::string(row.unit);
      return out;
    }
    case Type::secrets:
      return std::string(type_name(row.type)) + ", each at least " +
             std::to_string(min_secret_chars) + " characters";
    default:
      return std::string(type_name(row.type));
  }
}

std::string config_markdown() {
  auto const rows = all_rows();
  std::string out(intro);
  append_rows(out, rows);
  out += upstream_markdown();
  append_environments(out, rows);
  out += reload_note;
  out += redis_note;
  return out;
}

std::string check_text(Loaded const& loaded) {
  std::vector<CheckLine> lines;
  for (auto const& row : all_rows()) {
    auto const origin = loaded.origins.find(std::string(row.key));
    lines.push_back({std::string(row.key), show_value(row, loaded.config),
                     origin == loaded.origins.end() ? "default" : origin->second});
  }
  for (auto& line : upstream_lines(loaded)) lines.push_back(std::move(line));
  std::size_t key_width = 0;
  std::size_t value_width = 0;
  for (auto& line : lines) {
    if (line.value.empty()) line.value = "-";
    key_width = std::max(key_width, line.key.size());
    value_width = std::max(value_width, std::min<std::size_t>(line.value.size(), 40));
  }
  std::string out;
  for (auto const& [key, value, origin] : lines) {
    out += key;
    out.append(key_width + 2 - key.size(), ' ');
    out += value;
    out.append(value.size() < value_width ? value_width + 2 - value.size() : 2, ' ');
    out += origin + "\n";
  }
  return out;
}

}  // namespace rampart::config
