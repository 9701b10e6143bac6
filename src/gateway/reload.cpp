// The configuration changes while calls run: what stays, what comes, what goes.
#include <algorithm>

#include "gateway/gateway.hpp"

namespace rampart::gateway {
namespace {

/// How often it is looked whether an upstream that leaves has served its last call.
constexpr std::chrono::milliseconds look_interval{100};

std::chrono::milliseconds longest_call(config::Upstream const& config) {
  auto longest = config.timeouts.call_max;
  for (auto const& [tool, rules] : config.overrides)
    longest = std::max(longest, rules.timeouts.call_max);
  return longest;
}

template <class List>
auto named(List& list, std::string const& name) {
  return std::ranges::find_if(list, [&](auto const& one) { return one->name() == name; });
}

}  // namespace

void Gateway::reload(std::vector<config::Upstream> wanted, Options options) {
  if (stopping_) return;
  std::erase_if(wanted, [](auto const& config) { return config.disabled; });
  options_ = std::move(options);
  order_.clear();
  for (auto const& config : wanted) order_.push_back(config.name);
  auto const gone = [&](UpstreamPtr const& upstream) {
    return std::ranges::find(order_, upstream->name()) == order_.end();
  };
  // What the reload before this one started may be out of date by now.
  auto const was_fresh = std::exchange(fresh_, {});
  std::vector<UpstreamPtr> starting;
  for (auto& config : wanted) {
    auto const live = named(upstreams_, config.name);
    if (live != upstreams_.end() && (*live)->config() == config) continue;
    auto const before = named(was_fresh, config.name);
    if (before != was_fresh.end() && (*before)->config() == config) {
      fresh_.push_back(*before);
      continue;
    }
    starting.push_back(make(std::move(config)));
    fresh_.push_back(starting.back());
  }
  for (auto const& upstream : was_fresh)
    if (std::ranges::find(fresh_, upstream) == fresh_.end()) leave(upstream);
  auto const live = upstreams_;
  for (auto const& upstream : live)
    if (gone(upstream)) leave(upstream);
  std::ranges::sort(upstreams_, {}, [this](UpstreamPtr const& upstream) {
    return std::ranges::find(order_, upstream->name()) - order_.begin();
  });
  publish({});
  judge();
  for (auto const& upstream : starting) upstream->start();
}

/// A fresh upstream takes its place, and that of the one it replaces.
void Gateway::adopt(UpstreamPtr const& fresh) {
  std::erase(fresh_, fresh);
  if (stopping_) return leave(fresh);
  if (auto const old = named(upstreams_, fresh->name()); old != upstreams_.end())
    leave(UpstreamPtr(*old));
  upstreams_.push_back(fresh);
  std::ranges::sort(upstreams_, {}, [this](UpstreamPtr const& upstream) {
    return std::ranges::find(order_, upstream->name()) - order_.begin();
  });
  publish({});
  judge();
  log_.info("upstream_joins", {{"upstream", fresh->name()}});
}

void Gateway::leave(UpstreamPtr const& upstream) {
  std::erase(upstreams_, upstream);
  leaving_.push_back({upstream, services_.loop.now() + longest_call(upstream->config()), false});
  log_.info("upstream_leaves", {{"upstream", upstream->name()}});
  listed_.erase(upstream.get());
  for (auto& [uri, asked] : asked_) asked.erase(upstream.get());
  unsettled_.erase(upstream.get());
  open_if_settled();
  // The caller may be inside the upstream.
  services_.loop.arm(next_look_, services_.loop.now());
}

void Gateway::look_at_leaving() {
  if (stopping_) return;
  auto const now = services_.loop.now();
  for (auto& one : leaving_) {
    auto const& places = one.upstream->bulkhead();
    bool const idle = places.in_flight() == 0 && places.waiting() == 0;
    if (one.stopping || (!idle && now < one.limit)) continue;
    one.stopping = true;
    // It is let go in a turn of its own: this is called from inside it.
    one.upstream->stop([this, upstream = one.upstream] {
      services_.loop.post([this, upstream] { let_go(upstream); });
    });
  }
  bool const busy = std::ranges::any_of(leaving_, [](auto const& one) { return !one.stopping; });
  if (busy) services_.loop.arm(next_look_, now + look_interval);
}

/// The last of an upstream, and of its series where no other bears its name.
void Gateway::let_go(UpstreamPtr const& upstream) {
  std::erase_if(leaving_, [&](auto const& left) { return left.upstream == upstream; });
  std::set<std::string> names, circuits;
  auto const keep = [&](UpstreamPtr const& other) {
    names.insert(other->name());
    for (auto const* circuit : other->circuits()) circuits.insert(circuit->name());
  };
  std::ranges::for_each(upstreams_, keep);
  std::ranges::for_each(fresh_, keep);
  for (auto const& left : leaving_) keep(left.upstream);
  if (!names.contains(upstream->name())) services_.meters.forget(upstream->name());
  for (auto const* circuit : upstream->circuits())
    if (!circuits.contains(circuit->name())) services_.meters.forget_circuit(circuit->name());
}

}  // namespace rampart::gateway
