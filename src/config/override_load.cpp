#include "config/override_load.hpp"

namespace rampart::config {
namespace {

std::string broken_override_rule(Upstream const& upstream, Upstream::Override const& tool,
                                 std::set<std::string> const& given) {
  if (tool.timeouts.call.count() == 0) return "timeouts.call may not be 0";
  if (tool.timeouts.call_max < tool.timeouts.call)
    return "timeouts.call_max must not be less than timeouts.call";
  if (tool.max_in_flight > upstream.limits.max_in_flight)
    return "limits.max_in_flight must not be more than the server's, which is " +
           std::to_string(upstream.limits.max_in_flight);
  if (given.contains("limits.queue") && tool.max_in_flight == 0)
    return "limits.queue needs limits.max_in_flight: only what is bounded has a queue";
  if (tool.retry.max < tool.retry.min) return "retry.max must not be less than retry.min";
  auto const breaker = given.lower_bound("breaker.");
  bool const any = breaker != given.end() && breaker->starts_with("breaker.");
  if (any && !tool.own_circuit)
    return "breaker.own is false: then the server's circuit holds, and no other key of breaker can "
           "be given";
  if (tool.breaker.recovery_max < tool.breaker.recovery)
    return "breaker.recovery_max must not be less than breaker.recovery";
  return {};
}

}  // namespace

Upstream::Override OverrideReader::fresh() const {
  Upstream::Override out;
  out.timeouts = upstream_.timeouts;
  out.queue = upstream_.limits.queue;
  out.retry = upstream_.retry;
  out.stale = upstream_.stale;
  out.breaker = upstream_.breaker;
  return out;
}

Taken OverrideReader::read(Entry const& entry) {
  if (entry.kind == Entry::Kind::nothing) return {};
  bool const map = entry.kind == Entry::Kind::nested;
  if (entry.path.size() == 2) return {false, map ? "" : "must be a map of tools to their keys"};
  auto const& name = entry.path[2];
  auto& tool = tools_[name];
  if (entry.path.size() == 3) {
    tool.head = &entry;
    upstream_.overrides.try_emplace(name, fresh());
    return {false, map ? "" : "must be a map of keys"};
  }
  auto key = entry.path[3];
  for (std::size_t i = 4; i < entry.path.size(); ++i) key += "." + entry.path[i];
  auto& to = upstream_.overrides.try_emplace(name, fresh()).first->second;
  auto taken = take_row(entry, key, rows_, to);
  if (taken.value && key != "breaker.own") {
    tool.given.insert(key);
    if (key.starts_with("breaker.") && !tool.given.contains("own")) to.own_circuit = true;
  }
  if (taken.value && key == "breaker.own") tool.given.insert("own");
  return taken;
}

std::vector<std::pair<Entry const*, std::string>> OverrideReader::finish() {
  std::vector<std::pair<Entry const*, std::string>> out;
  for (auto const& [name, tool] : tools_) {
    auto rule = broken_override_rule(upstream_, upstream_.overrides[name], tool.given);
    if (!rule.empty() && tool.head) out.emplace_back(tool.head, std::move(rule));
  }
  return out;
}

}  // namespace rampart::config
