#include "base/mcp_metrics.hpp"

#include <algorithm>

#include "base/mcp_metrics_families.hpp"

namespace rampart::base {

// Pointers into a family by small numbers, resolved when first used: what makes the request path
// free of label lookups.
template <class T>
class McpMetrics::Handles {
 public:
  explicit Handles(std::size_t size) : cells_(size) {}
  template <class Resolve>
  T& at(std::size_t index, Resolve const& resolve) {
    auto& cell = cells_[index];
    if (auto* const found = cell.load(std::memory_order_acquire)) return *found;
    T& made = resolve();  // two threads get the same series from the family
    cell.store(&made, std::memory_order_release);
    return made;
  }

 private:
  std::vector<std::atomic<T*>> cells_;
};

class McpMetrics::ClientRow {
 public:
  ClientRow(std::string client_name, std::size_t size)
      : name(std::move(client_name)), requests(size) {}
  std::string const name;
  Handles<Counter> requests;  // by method, version and status
};

class McpMetrics::ToolRow {
 public:
  ToolRow(std::string tool_name, Counter& ok, Counter& not_ok, std::size_t size)
      : name(std::move(tool_name)), succeeded(ok), failed(not_ok), operations(size) {}
  std::string const name;
  Counter& succeeded;
  Counter& failed;
  Handles<Histogram> operations;  // by version and error
};

McpMetrics::McpMetrics(Metrics& metrics, McpLabels labels)
    : active_connections(metrics.gauge("mcp_active_connections", "Current active connections")),
      sessions(
          metrics.gauge("mcp_sessions", "Sessions of clients before 2026-07-28 that are open")),
      subscriptions(metrics.gauge("mcp_subscriptions", "Streams that wait for notifications")),
      worker_queue(metrics.gauge("mcp_worker_queue", "Calls waiting for a worker thread")),
      workers_abandoned(metrics.counter(
          "mcp_workers_abandoned_total",
          "Calls whose client was answered at the deadline while the tool kept running")),
      ratelimit_violations(
          metrics.counter("mcp_ratelimit_violations_total", "Requests refused by the rate limit")),
      labels_(std::move(labels)),
      requests_(metrics.counters(requests_spec(labels_))),
      durations_(metrics.histograms(durations_spec(labels_))),
      tool_usage_(metrics.counters(tool_usage_spec())),
      errors_(metrics.counters(errors_spec(labels_))),
      operations_(metrics.histograms(operations_spec(labels_))),
      session_durations_(metrics.histograms(session_durations_spec(labels_))),
      dependencies_(metrics.gauges(dependencies_spec())) {
  auto& rejected = metrics.counters(rejected_spec());
  for (std::size_t i = 0; i < rejection_count; ++i) {
    rejected_.push_back(&rejected.with({to_string(static_cast<Rejection>(i))}));
  }
  auto& cache = metrics.counters(cache_spec());
  for (std::size_t i = 0; i < cache_outcome_count; ++i) {
    cache_.push_back(&cache.with({to_string(static_cast<CacheOutcome>(i))}));
  }
  auto& stale = metrics.counters(stale_spec());
  for (std::size_t i = 0; i < stale_reason_count; ++i) {
    stale_.push_back(&stale.with({to_string(static_cast<StaleReason>(i))}));
  }
  auto const methods = labels_.methods.size() + 1;
  auto const versions = labels_.versions.size() + 1;
  auto const errors = error_slots();
  duration_handles_ = std::make_unique<Handles<Histogram>>(methods * endpoint_count);
  operation_handles_ = std::make_unique<Handles<Histogram>>(methods * versions * errors);
  error_handles_ = std::make_unique<Handles<Counter>>(labels_.errors.size() + 1);
  anonymous_ = &client("anonymous");
  for (auto const* name : {"redis", "mcp_servers", "disk_space"}) dependency(name);
  for (auto const& error : labels_.errors) errors_.with({error.type});
  for (auto const& [method, version] : labels_.known) {
    for (std::size_t s = 0; s < request_status_count; ++s) {
      requests_.with({method, to_string(static_cast<RequestStatus>(s)), "anonymous", version});
    }
    for (auto const endpoint : labels_.endpoints) durations_.with({method, to_string(endpoint)});
    operations_.with({method, "", "", version});
    session_durations_.with({version});
  }
}

McpMetrics::~McpMetrics() = default;

std::size_t McpMetrics::method_slot(std::size_t method) const {
  return std::min(method, labels_.methods.size());
}
std::size_t McpMetrics::version_slot(std::size_t version) const {
  return std::min(version, labels_.versions.size());
}
std::string_view McpMetrics::method_name(std::size_t method) const {
  return method < labels_.methods.size() ? std::string_view(labels_.methods[method]) : other_label;
}
std::string_view McpMetrics::version_name(std::size_t version) const {
  return version < labels_.versions.size() ? std::string_view(labels_.versions[version]) : "none";
}

McpMetrics::ClientRow& McpMetrics::client(std::string_view name) {
  std::lock_guard const lock(mutex_);
  if (auto const found = clients_.find(name); found != clients_.end()) return *found->second;
  // `other` itself is not one of the names that are counted.
  std::string const kept(clients_.size() < max_clients ? name : other_label);
  auto& row = clients_[kept];
  if (!row) {
    auto const size =
        (labels_.methods.size() + 1) * (labels_.versions.size() + 1) * request_status_count;
    row = std::make_unique<ClientRow>(kept, size);
  }
  return *row;
}

McpMetrics::ToolRow& McpMetrics::tool(std::string_view name) {
  std::lock_guard const lock(mutex_);
  if (auto const found = tools_.find(name); found != tools_.end()) return *found->second;
  std::string const kept(tools_.size() < max_tools ? name : other_label);
  auto& row = tools_[kept];
  if (!row) {
    row = std::make_unique<ToolRow>(kept, tool_usage_.with({kept, "true"}),
                                    tool_usage_.with({kept, "false"}),
                                    (labels_.versions.size() + 1) * error_slots());
  }
  return *row;
}

void McpMetrics::finish(RequestEnd const& end) {
  auto const method = method_slot(end.method);
  auto const status = static_cast<std::size_t>(end.status);
  auto& client = end.client != nullptr ? *end.client : *anonymous_;
  auto const request =
      (method * (labels_.versions.size() + 1) + version_slot(end.version)) * request_status_count +
      status;
  client.requests
      .at(request,
          [&]() -> Counter& {
            return requests_.with({method_name(end.method), to_string(end.status), client.name,
                                   version_name(end.version)});
          })
      .add();
  auto const endpoint = static_cast<std::size_t>(end.endpoint);
  duration_handles_
      ->at(method * endpoint_count + endpoint,
           [&]() -> Histogram& {
             return durations_.with({method_name(end.method), to_string(end.endpoint)});
           })
      .observe(end.duration);
  operation(end).observe(end.duration);
  if (end.tool != nullptr) {
    (end.status == RequestStatus::success ? end.tool->succeeded : end.tool->failed).add();
  }
  if (end.error) count_error(*end.error);
}

Histogram& McpMetrics::operation(RequestEnd const& end) {
  auto const errors = error_slots();
  // 0 stands for no error, the last for a tool's; what the table does not name is taken for none.
  auto error = end.error ? static_cast<std::size_t>(*end.error) + 1 : 0;
  if (error >= errors - 1) error = 0;
  if (!end.error && end.status == RequestStatus::tool_error) error = errors - 1;
  auto const version = version_slot(end.version);
  auto const resolve = [&]() -> Histogram& {
    return operations_.with({method_name(end.method), end.tool ? end.tool->name : std::string(),
                             error == 0            ? std::string_view()
                             : error == errors - 1 ? "tool_error"
                                                   : labels_.errors[error - 1].code,
                             version_name(end.version)});
  };
  if (end.tool != nullptr) return end.tool->operations.at(version * errors + error, resolve);
  auto const row = method_slot(end.method) * (labels_.versions.size() + 1) + version;
  return operation_handles_->at(row * errors + error, resolve);
}

void McpMetrics::count_error(Errc code) {
  auto const slot = std::min(static_cast<std::size_t>(code), labels_.errors.size());
  error_handles_
      ->at(slot,
           [&]() -> Counter& {
             bool const named = slot < labels_.errors.size();
             return errors_.with(
                 {named ? std::string_view(labels_.errors[slot].type) : other_label});
           })
      .add();
}

void McpMetrics::session_ended(std::size_t version, std::chrono::nanoseconds duration) {
  session_durations_.with({version_name(version)}).observe(duration);
}

void count_dropped_lines(Metrics& metrics, std::function<double()> read) {
  FamilySpec spec{"mcp_log_lines_dropped_total",
                  "Log lines lost because nobody read them fast enough"};
  metrics.callback(MetricType::counter, std::move(spec), {}, std::move(read));
}

void count_dropped_audit_lines(Metrics& metrics, std::function<double()> read) {
  FamilySpec spec{"mcp_audit_lines_dropped_total",
                  "Audit lines lost because they could not be written"};
  metrics.callback(MetricType::counter, std::move(spec), {}, std::move(read));
}

}  // namespace rampart::base
