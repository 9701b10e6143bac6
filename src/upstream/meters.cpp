#include "upstream/meters.hpp"

namespace rampart::upstream {
namespace {

base::Label server() { return {"server", "the upstream's configured name"}; }
base::Label circuit() {
  return {"circuit_name", "the upstream's configured name, or upstream/tool"};
}

constexpr std::array<std::string_view, 3> health_statuses{"success", "error", "timeout"};
constexpr std::array<std::string_view, 4> restart_reasons{"exit", "unhealthy", "recycle",
                                                          "failed_start"};
constexpr std::array<std::string_view, 3> circuit_states{"closed", "open", "half_open"};

template <std::size_t N>
std::vector<std::string> values(std::array<std::string_view, N> const& names) {
  return {names.begin(), names.end()};
}

}  // namespace

MeterFamilies::MeterFamilies(base::Metrics& metrics)
    : availability_(metrics.gauges({"mcp_server_availability",
                                    "1 when the upstream answered its last probe or call, else 0",
                                    {server()}})),
      consecutive_failures_(metrics.gauges(
          {"mcp_consecutive_failures", "Probes of the upstream that failed in a row", {server()}})),
      health_checks_(metrics.counters(
          {"mcp_health_checks_total",
           "Probes of the upstream",
           {server(), {"status", "how the probe ended", values(health_statuses)}}})),
      response_time_(
          metrics.histograms({"mcp_response_time_seconds",
                              "Time from sending a request to the upstream to its answer",
                              {server(), {"method", "the MCP method"}},
                              1000,
                              {0.1, 0.5, 1, 2, 5, 10}})),
      up_(metrics.gauges(
          {"mcp_upstream_up", "1 while the upstream is connected, else 0", {server()}})),
      children_(metrics.gauges({"mcp_upstream_children",
                                "Live children (or HTTP sessions) of the upstream",
                                {server()}})),
      restarts_(metrics.counters({"mcp_upstream_restarts_total",
                                  "Times the upstream's child was replaced",
                                  {server(), {"reason", "why", values(restart_reasons)}}})),
      resident_(metrics.gauges({"mcp_upstream_resident_memory_bytes",
                                "Resident memory of the upstream's processes",
                                {server()}})),
      queue_(metrics.gauges(
          {"mcp_upstream_queue_depth", "Calls that wait for a place at the upstream", {server()}})),
      in_flight_(metrics.gauges(
          {"mcp_upstream_in_flight", "Calls that hold a place at the upstream", {server()}})),
      limit_(metrics.gauges({"mcp_upstream_concurrency_limit",
                             "Calls that the upstream may have at once; limits.adaptive moves it",
                             {server()}})),
      retries_(metrics.counters(
          {"mcp_upstream_retries_total", "Calls that were sent again", {server()}})),
      circuit_state_(
          metrics.gauges({"circuit_breaker_state", "0 closed, 1 open, 2 half open", {circuit()}})),
      circuit_failure_rate_(metrics.gauges({"circuit_breaker_failure_rate",
                                            "Failed calls in the breaker's window, in percent",
                                            {circuit()}})),
      circuit_requests_(metrics.counters(
          {"circuit_breaker_requests_total",
           "Calls by the state they met and how they ended",
           {circuit(),
            {"state", "the breaker's state", values(circuit_states)},
            {"outcome", "how the call ended", {"success", "failure", "blocked"}}}})) {}

void MeterFamilies::forget(std::string const& upstream) {
  auto const its = [&](std::vector<std::string> const& labels) { return labels[0] == upstream; };
  for (auto* const gauges : {&availability_, &consecutive_failures_, &up_, &children_, &resident_,
                             &queue_, &in_flight_, &limit_})
    gauges->hide(its);
  for (auto* const counters : {&health_checks_, &restarts_, &retries_}) counters->hide(its);
  response_time_.hide(its);
}

void MeterFamilies::forget_circuit(std::string const& name) {
  auto const its = [&](std::vector<std::string> const& labels) { return labels[0] == name; };
  circuit_state_.hide(its);
  circuit_failure_rate_.hide(its);
  circuit_requests_.hide(its);
}

Meters::Meters(MeterFamilies& families, std::string_view upstream)
    : availability(families.availability_.with({upstream})),
      consecutive_failures(families.consecutive_failures_.with({upstream})),
      up(families.up_.with({upstream})),
      children(families.children_.with({upstream})),
      resident_bytes(families.resident_.with({upstream})),
      queue(families.queue_.with({upstream})),
      in_flight(families.in_flight_.with({upstream})),
      limit(families.limit_.with({upstream})),
      retries(families.retries_.with({upstream})),
      families_(families),
      upstream_(upstream) {
  for (std::size_t i = 0; i < health_statuses.size(); ++i)
    health_checks_[i] = &families.health_checks_.with({upstream, health_statuses[i]});
  for (std::size_t i = 0; i < restart_reasons.size(); ++i)
    restarts_[i] = &families.restarts_.with({upstream, restart_reasons[i]});
}

void Meters::response_time(std::string_view method, std::chrono::nanoseconds took) {
  auto it = response_times_.find(method);
  if (it == response_times_.end())
    it = response_times_
             .emplace(std::string(method), &families_.response_time_.with({upstream_, method}))
             .first;
  it->second->observe(took);
}

CircuitMeters::CircuitMeters(MeterFamilies& families, std::string name)
    : state(families.circuit_state_.with({name})),
      failure_rate(families.circuit_failure_rate_.with({name})),
      name_(std::move(name)) {
  for (auto const outcome : {"success", "failure", "blocked"})
    for (auto const met : circuit_states)
      requests_.emplace(std::string(met) + ' ' + outcome,
                        &families.circuit_requests_.with({name_, met, outcome}));
}

void CircuitMeters::request(std::string_view met, std::string_view outcome) {
  std::string key(met);
  key += ' ';
  key += outcome;
  requests_.at(key)->add();
}

}  // namespace rampart::upstream
