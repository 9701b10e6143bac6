#include "config/load.hpp"

#include <algorithm>
#include <set>

#include "config/nearest.hpp"
#include "config/printable.hpp"
#include "config/row.hpp"
#include "config/upstream_load.hpp"
#include "config/value.hpp"

namespace rampart::config {
namespace {

// One value somebody gave for one key.
struct Given {
  std::string origin;
  Entry entry;
};

std::string apply(Row const& row, Config& config, Entry const& entry) {
  switch (entry.kind) {
    case Entry::Kind::scalar:
      return set_value(row, config, entry.text);
    case Entry::Kind::list:
      return set_items(row, config, entry.items);
    case Entry::Kind::nested:
      return "must be a value, not a map";
    case Entry::Kind::nothing:
      return {};
  }
  return {};
}

// Kubernetes describes every service to every container: a service called "rampart" gives
// RAMPART_PORT=tcp://10.0.0.1:8080, RAMPART_SERVICE_HOST and others, which nobody meant as
// settings.
bool is_service_link(std::string_view name, std::string_view value) {
  auto const has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  if (name.ends_with("_SERVICE_HOST") || has("_SERVICE_PORT")) return true;
  if (name.ends_with("_PORT") && value.find("://") != std::string_view::npos) return true;
  auto const port = name.find("_PORT_");
  if (port == std::string_view::npos) return false;
  auto const digits = name.substr(port + 6);
  auto const end = digits.find_first_not_of("0123456789");
  return end != 0 && end != std::string_view::npos && digits[end] == '_';
}

class Loader {
 public:
  explicit Loader(Sources const& sources) : sources_(sources), rows_(all_rows()) {}

  tl::expected<Loaded, Problems> run() {
    read_file_entries();
    read_environment();
    read_flags();
    auto const environment = choose_environment();
    for (auto const& row : rows_) settle(row, environment);
    if (!upstreams_.empty())
      load_upstreams(upstreams_, sources_.file->name, sources_.environment, loaded_, problems_);
    check_together();
    if (!problems_.empty()) return tl::unexpected(std::move(problems_));
    return std::move(loaded_);
  }

 private:
  Row const* find(std::string_view key) const {
    auto const row =
        std::find_if(rows_.begin(), rows_.end(), [&](Row const& r) { return r.key == key; });
    return row == rows_.end() ? nullptr : &*row;
  }
  void problem(std::string key, std::string source, std::string rule) {
    problems_.push_back({std::move(key), std::move(source), std::move(rule)});
  }
  void give(std::string_view key, Given given) {
    given_[std::string(key)].push_back(std::move(given));
  }

  void read_file_entries() {
    if (!sources_.file) return;
    auto const& name = sources_.file->name;
    if (sources_.file->text.size() > max_file_bytes) {
      return problem("", name, "must be at most " + std::to_string(max_file_bytes) + " bytes");
    }
    auto const entries = parse_file(sources_.file->text);
    if (!entries) return problem("", name, entries.error().message);
    for (auto const& entry : *entries) {
      entry.path.empty() ? read_entry(entry, name) : upstreams_.push_back(entry);
    }
  }

  void read_entry(Entry const& entry, std::string const& file) {
    auto const origin = entry.line > 0 ? file + ":" + std::to_string(entry.line) : file;
    if (entry.again) return problem(printable(entry.key), origin, "is given twice");
    if (find(entry.key) != nullptr) return give(entry.key, {origin, entry});
    if (entry.key == upstream_section) {
      if (entry.kind == Entry::Kind::nothing) return;
      return problem(entry.key, origin, "must be a map of servers");
    }
    auto const dot = entry.key.find('.');
    std::vector<std::string> sections;
    std::vector<std::string> keys{std::string(upstream_section)};
    for (auto const& row : rows_) {
      keys.emplace_back(row.key);
      sections.emplace_back(row.key.substr(0, row.key.find('.')));
    }
    if (dot == std::string::npos &&
        std::find(sections.begin(), sections.end(), entry.key) != sections.end()) {
      if (entry.kind == Entry::Kind::nothing) return;  // a section left empty
      return problem(printable(entry.key), origin, "is a section: its keys stand below it");
    }
    problem(printable(entry.key), origin, "unknown key" + suggestion(entry.key, keys));
  }

  void read_environment() {
    std::set<std::string, std::less<>> known{std::string(file_variable),
                                             std::string(token_variable)};
    for (auto const& row : rows_) {
      for (auto const& name : row.env_names()) {
        known.insert(name);
        auto const found = sources_.environment.find(name);
        // Compose files write PORT=${PORT:-}: an empty variable says nothing.
        if (found == sources_.environment.end() || found->second.empty()) continue;
        if (is_service_link(name, found->second)) continue;
        Entry entry;
        entry.kind = Entry::Kind::scalar;
        entry.text = found->second;
        give(row.key, {"env " + name, entry});
      }
    }
    std::vector<std::string> const names(known.begin(), known.end());
    for (auto const& [name, value] : sources_.environment) {
      if (!name.starts_with("RAMPART_") || known.contains(name) || is_service_link(name, value))
        continue;
      problem(printable(name), "env", "unknown variable" + suggestion(name, names));
    }
  }

  void read_flags() {
    std::map<std::string, Row const*> by_name;
    std::vector<std::string> names;
    for (auto const& row : rows_) {
      for (auto const& name : row.flag_names()) {
        by_name[name] = &row;
        names.push_back("--" + name);
      }
    }
    for (auto const& [written, value] : sources_.flags) {
      auto const name = written.starts_with("--") ? written.substr(2) : written;
      auto const found = by_name.find(name);
      if (found == by_name.end()) {
        problem("--" + printable(name), "flag", "unknown flag" + suggestion("--" + name, names));
        continue;
      }
      Entry entry;
      entry.kind = Entry::Kind::scalar;
      entry.text = value.empty() && found->second->type == Type::boolean ? "true" : value;
      give(found->second->key, {"flag --" + name, entry});
    }
  }

  // The other defaults depend on it. A wrong value is reported when its row is settled.
  Environment choose_environment() {
    Config scratch{};
    auto const* const row = find("environment");
    for (auto const& given : given_["environment"]) {
      if (given.entry.kind != Entry::Kind::nothing) apply(*row, scratch, given.entry);
    }
    return scratch.environment;
  }

  void settle(Row const& row, Environment environment) {
    std::string const key(row.key);
    set_value(row, loaded_.config, row.default_in(environment));
    loaded_.origins[key] = "default";
    Given const* before = nullptr;
    for (auto const& given : given_[key]) {
      if (given.entry.kind == Entry::Kind::nothing) continue;
      if (auto rule = apply(row, loaded_.config, given.entry); !rule.empty()) {
        problem(key, given.origin, std::move(rule));
      }
      loaded_.origins[key] = given.origin;
      // Two spellings of one source cannot override each other: neither is the later one.
      bool const same_source =
          before != nullptr && before->origin.substr(0, 4) == given.origin.substr(0, 4) &&
          (given.origin.starts_with("env ") || given.origin.starts_with("flag"));
      if (same_source && before->entry.text != given.entry.text) {
        problem(key, given.origin, "contradicts " + before->origin);
      }
      before = &given;
    }
  }

  void check_together() {
    auto const& server = loaded_.config.server;
    bool const same = server.port == server.metrics_port && server.port != 0 &&
                      server.bind == server.metrics_bind;
    if (same && problems_.empty()) {
      problem("server.metrics_port", loaded_.origins["server.metrics_port"],
              "must differ from server.port, both are " + std::to_string(server.port));
    }
  }

  Sources const& sources_;
  std::vector<Row> const rows_;
  std::map<std::string, std::vector<Given>> given_;  // by key, in rising precedence
  std::vector<Entry> upstreams_;                     // what stands below `mcpServers`
  Loaded loaded_;
  Problems problems_;
};

}  // namespace

std::map<std::string, std::string> environment_of(char const* const* variables) {
  std::map<std::string, std::string> all;
  for (; variables != nullptr && *variables != nullptr; ++variables) {
    std::string_view const variable = *variables;
    auto const equals = variable.find('=');
    if (equals == std::string_view::npos) continue;
    all.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return all;
}

std::string Problem::text() const {
  if (key.empty()) return source + ": " + rule;
  return key + " (" + source + "): " + rule;
}

std::string text_of(Problems const& problems) {
  std::string out;
  for (auto const& problem : problems) out += problem.text() + "\n";
  return out;
}

tl::expected<Loaded, Problems> load(Sources const& sources) { return Loader(sources).run(); }

Config default_config(Environment environment) {
  Config config{};
  for (auto const& row : all_rows()) set_value(row, config, row.default_in(environment));
  config.environment = environment;
  return config;
}

}  // namespace rampart::config
