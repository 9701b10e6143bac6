// What bounds the calls of an upstream and of those of its tools that have rules of their own.
#include "upstream/upstream.hpp"

namespace rampart::upstream {

void Upstream::watch_places() {
  bulkhead_.on_change = [this](std::size_t in_flight, std::size_t waiting) {
    meters_.in_flight.set(static_cast<double>(in_flight));
    meters_.queue.set(static_cast<double>(waiting));
  };
  bulkhead_.on_crowded = [this] { crowded(bulkhead_); };
  bulkhead_.on_limit = [this](std::size_t limit) { meters_.limit.set(static_cast<double>(limit)); };
  if (config_.limits.adaptive) {
    policy::ConcurrencyLimit::Options options;
    options.min = config_.limits.min_in_flight;
    options.max = config_.limits.max_in_flight;
    bulkhead_.adapt(options);
  }
  bulkhead_.on_limit(bulkhead_.max_in_flight());
}

/// Calls that wait for a person keep their places: they give way where they hold half of them.
void Upstream::crowded(Bulkhead const& places) const {
  if (hooks_.crowded) hooks_.crowded((places.max_in_flight() + 1) / 2);
}

Lane Upstream::lane_of(std::string const& tool, config::Upstream::Override const& rules) {
  Lane out{"tool " + tool + " of upstream " + config_.name,
           rules.timeouts,
           rules.retry,
           rules.stale,
           lane_.circuit,
           nullptr};
  if (rules.own_circuit)
    out.circuit = std::make_shared<Circuit>(services_.loop, services_.meters,
                                            config_.name + "/" + tool, rules.breaker);
  if (rules.max_in_flight > 0) {
    out.places = std::make_unique<Bulkhead>(
        services_.loop, out.what, policy::AdmissionOptions{rules.max_in_flight, rules.queue});
    out.places->on_crowded = [this, places = out.places.get()] { crowded(*places); };
  }
  return out;
}

Lane& Upstream::lane(std::string_view tool) {
  auto const own = tool_lanes_.find(tool);
  return own == tool_lanes_.end() ? lane_ : own->second;
}

std::vector<Circuit const*> Upstream::circuits() const {
  std::vector<Circuit const*> out{lane_.circuit.get()};
  for (auto const& [tool, lane] : tool_lanes_)
    if (lane.circuit != lane_.circuit) out.push_back(lane.circuit.get());
  return out;
}

}  // namespace rampart::upstream
