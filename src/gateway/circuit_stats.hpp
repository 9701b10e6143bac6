// The resource circuit-breaker://stats: how the circuits of all upstreams are.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "policy/circuit_breaker.hpp"
#include "server/foreign.hpp"

namespace rampart::gateway {

struct Circuit {
  std::string name;
  policy::CircuitBreaker::Stats stats;
};

inline constexpr std::string_view circuit_stats_uri = "circuit-breaker://stats";

/// {"overall":…,"circuits":{NAME:{"state",…}}}. Overall is healthy while all are closed, critical
/// when more than half are open, else degraded. Times are RFC 3339 or null.
std::string circuit_stats_json(std::vector<Circuit> const& circuits, base::Clock const& clock);

/// The entry of the catalogue. `read` is called on the loop, at each read.
std::shared_ptr<server::Resource const> circuit_stats_resource(
    std::function<std::vector<Circuit>()> read, base::Clock const& clock);

}  // namespace rampart::gateway
