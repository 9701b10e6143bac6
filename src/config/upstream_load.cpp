#include "config/upstream_load.hpp"

#include <algorithm>
#include <optional>

#include "config/override_load.hpp"
#include "config/printable.hpp"
#include "config/upstream_expand.hpp"
#include "config/upstream_rows.hpp"
#include "config/upstream_rules.hpp"
#include "config/value.hpp"

namespace rampart::config {
namespace {

// Keys of some clients that mean nothing to a server.
bool is_ignored(std::string_view key) {
  return key == "alwaysAllow" || key == "autoApprove" || key == "description";
}

/// "timeouts.call" of {"github", "timeouts", "call"}.
std::string relative_key(Entry const& entry) {
  std::string out;
  for (std::size_t i = 1; i < entry.path.size(); ++i) out += (i > 1 ? "." : "") + entry.path[i];
  return out;
}

/// Reads one upstream, entry by entry.
class UpstreamReader {
 public:
  UpstreamReader(std::string const& file, std::map<std::string, std::string> const& environment,
                 Loaded& loaded, Problems& problems)
      : file_(file), environment_(environment), loaded_(loaded), problems_(problems) {}

  Upstream run(Entry const& head, std::vector<Entry const*> const& entries) {
    upstream_.name = head.path.front();
    for (auto const* entry : entries) look_ahead(*entry);
    for (auto const* entry : entries)
      if (entry->path[1] != "overrides") read(*entry);
    overrides(entries);
    if (!type_given_ && !upstream_.url.empty()) upstream_.kind = UpstreamKind::streamable_http;
    if (auto rule = broken_rule(upstream_, type_given_); !rule.empty() && !broken_)
      problem(head, std::move(rule));
    if (upstream_.prefix.empty()) upstream_.prefix = upstream_.name;
    return std::move(upstream_);
  }

 private:
  std::string origin(Entry const& entry) const {
    return entry.line > 0 ? file_ + ":" + std::to_string(entry.line) : file_;
  }
  void problem(Entry const& entry, std::string rule) {
    broken_ = true;
    problems_.push_back({printable(entry.key), origin(entry), std::move(rule)});
  }

  // What is not started needs no variables, wherever `disabled` stands.
  void look_ahead(Entry const& entry) {
    bool off = false;
    Row row;
    row.type = Type::boolean;
    if (relative_key(entry) == "disabled" && set_slot(row, &off, entry.text).empty())
      variables_needed_ = !off;
  }

  void read(Entry const& entry) {
    if (entry.again) return problem(entry, "is given twice");
    auto const& group = entry.path[1];
    if (entry.kind == Entry::Kind::nothing || is_ignored(group)) return;
    bool const known = group == "env" || group == "headers" ? map_entry(entry, group == "env")
                       : group == "fallbacks"               ? fallback(entry)
                                                            : value_entry(entry);
    if (known) loaded_.origins[entry.key] = origin(entry);
  }

  bool value_entry(Entry const& entry) {
    auto const key = relative_key(entry);
    if (entry.path.size() > 2 && is_value(entry.path[1])) return false;  // its parent is wrong
    if (key == "args") return args(entry);
    if (key == "type" || key == "transport") return type(entry);
    if (key == "command") return text(entry, upstream_.command);
    if (key == "cwd") return text(entry, upstream_.cwd);
    if (key == "url") return text(entry, upstream_.url);
    return row_entry(entry, key);
  }

  bool map_entry(Entry const& entry, bool is_env) {
    if (entry.path.size() == 2) {
      if (entry.kind != Entry::Kind::nested) problem(entry, "must be a map of names to values");
      return false;
    }
    auto const& name = entry.path[2];
    std::string value;
    auto rule = is_env ? broken_variable_rule(name) : broken_header_rule(name);
    if (rule.empty() && !text(entry, value)) return false;
    if (rule.empty() && !is_env) rule = broken_header_value_rule(value);
    if (!rule.empty()) {
      problem(entry, std::string(rule));
      return false;
    }
    bool const has_password = mask_url(value) != value;
    if (!is_env || has_password || sounds_secret(name)) add_secret(upstream_, value);
    (is_env ? upstream_.env : upstream_.headers)[name] = std::move(value);
    return true;
  }

  bool fallback(Entry const& entry) {
    if (entry.path.size() == 3 && entry.kind == Entry::Kind::scalar) {
      upstream_.fallbacks[entry.path[2]] = entry.text;
      return true;
    }
    if (entry.path.size() != 2 || entry.kind != Entry::Kind::nested)
      problem(entry, "must be a map of tools to texts");
    return false;
  }

  bool args(Entry const& entry) {
    auto items = entry.items;
    if (entry.kind == Entry::Kind::scalar) items = {entry.text};
    if (entry.kind == Entry::Kind::nested) {
      problem(entry, "must be a list of texts");
      return false;
    }
    for (auto const& item : items) {
      auto value = expanded(entry, item);
      if (!value) return false;
      upstream_.args.push_back(std::move(*value));
    }
    return true;
  }

  bool type(Entry const& entry) {
    Row row;
    row.type = Type::choice;
    row.choices = {"stdio", "streamable-http", "sse", "http"};
    unsigned char chosen = 0;
    auto rule = set_slot(row, &chosen, entry.text);
    if (!rule.empty()) {
      problem(entry, std::move(rule));
      return false;
    }
    constexpr UpstreamKind kinds[] = {UpstreamKind::stdio, UpstreamKind::streamable_http,
                                      UpstreamKind::sse, UpstreamKind::streamable_http};
    upstream_.kind = kinds[chosen];
    type_given_ = true;
    return true;
  }

  bool text(Entry const& entry, std::string& out) {
    if (entry.kind != Entry::Kind::scalar) {
      problem(entry, "must be a text");
      return false;
    }
    auto value = expanded(entry, entry.text);
    if (value) out = std::move(*value);
    return value.has_value();
  }

  std::optional<std::string> expanded(Entry const& entry, std::string_view text) {
    auto value = expand(text, environment_);
    if (!value && !variables_needed_) return std::string(text);
    if (!value) {
      problem(entry, value.error().message);
      return std::nullopt;
    }
    if (value->text.find('\0') != std::string::npos) {
      problem(entry, "must not contain NUL");
      return std::nullopt;
    }
    for (auto const& secret : value->secrets) add_secret(upstream_, secret);
    return std::move(value->text);
  }

  bool row_entry(Entry const& entry, std::string const& key) {
    std::vector<std::string> clients;
    for (auto const& client : client_keys()) clients.emplace_back(client.key);
    auto taken = take_row(entry, key, rows_, upstream_, clients);
    if (!taken.rule.empty()) problem(entry, std::move(taken.rule));
    return taken.value;
  }

  bool is_value(std::string_view key) const {
    auto const clients = client_keys();
    auto const same = [&](auto const& known) { return known.key == key; };
    return std::any_of(clients.begin(), clients.end(), same) ||
           std::any_of(rows_.begin(), rows_.end(), [&](auto const& r) { return same(r.row); });
  }

  // They begin as copies of what holds for the upstream, wherever that stands.
  void overrides(std::vector<Entry const*> const& entries) {
    OverrideReader reader(upstream_);
    for (auto const* entry : entries) {
      if (entry->path[1] != "overrides") continue;
      if (entry->again) {
        problem(*entry, "is given twice");
        continue;
      }
      auto taken = reader.read(*entry);
      if (!taken.rule.empty()) problem(*entry, std::move(taken.rule));
      if (taken.value) loaded_.origins[entry->key] = origin(*entry);
    }
    if (broken_) return;
    for (auto& [entry, rule] : reader.finish()) problem(*entry, std::move(rule));
  }

  std::string const& file_;
  std::map<std::string, std::string> const& environment_;
  Loaded& loaded_;
  Problems& problems_;
  std::vector<UpstreamRow> const rows_ = upstream_rows();
  Upstream upstream_;
  bool variables_needed_ = true;
  bool type_given_ = false;
  bool broken_ = false;  // then the rules for the whole would only confuse
};

/// One server's entries.
struct Group {
  Entry const* head;
  std::vector<Entry const*> members;
};

std::vector<Group> grouped(std::vector<Entry> const& entries) {
  std::vector<Group> groups;
  for (auto const& entry : entries) {
    if (entry.path.size() == 1) {
      groups.push_back({&entry, {}});
    } else if (!groups.empty()) {
      groups.back().members.push_back(&entry);
    }
  }
  return groups;
}

std::string broken_head_rule(Entry const& head, std::vector<Upstream> const& before) {
  if (head.again) return "is given twice";
  if (head.kind != Entry::Kind::nested) return "must be a map of keys";
  if (before.size() == max_upstreams)
    return "is one more than the " + std::to_string(max_upstreams) + " servers there may be";
  return std::string(broken_name_rule(head.path.front()));
}

}  // namespace

void load_upstreams(std::vector<Entry> const& entries, std::string const& file,
                    std::map<std::string, std::string> const& environment, Loaded& loaded,
                    Problems& problems) {
  auto& upstreams = loaded.config.upstreams;
  for (auto const& group : grouped(entries)) {
    auto const& head = *group.head;
    auto const source = head.line > 0 ? file + ":" + std::to_string(head.line) : file;
    if (auto rule = broken_head_rule(head, upstreams); !rule.empty()) {
      problems.push_back({printable(head.key), source, std::move(rule)});
      continue;
    }
    auto upstream = UpstreamReader(file, environment, loaded, problems).run(head, group.members);
    auto const same = std::find_if(upstreams.begin(), upstreams.end(), [&](Upstream const& other) {
      return other.prefix == upstream.prefix;
    });
    if (same != upstreams.end())
      problems.push_back({printable(head.key), source,
                          "its namespace \"" + upstream.prefix + "\" is that of " + same->name});
    loaded.origins[head.key] = source;
    upstreams.push_back(std::move(upstream));
  }
}

}  // namespace rampart::config
