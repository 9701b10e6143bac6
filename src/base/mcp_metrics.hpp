// Every metric family of an MCP server, and the one call that counts a finished request.
// Thread-safe.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/metrics.hpp"
#include "base/rejection.hpp"
#include "rampart/error.hpp"

namespace rampart::base {

/// Values of the `status` label, in this order.
enum class RequestStatus { success, tool_error, error, rejected, cancelled };
inline constexpr std::size_t request_status_count = 5;
/// Values of the `endpoint` label.
enum class Endpoint { http, sse, stdio };
inline constexpr std::size_t endpoint_count = 3;
/// Values of `type` of mcp_cache_hits_total.
enum class CacheOutcome { hit, miss, error, bypass };
inline constexpr std::size_t cache_outcome_count = 4;
/// Values of `reason` of mcp_cache_stale_total.
enum class StaleReason { revalidate, error };
inline constexpr std::size_t stale_reason_count = 2;

std::string_view to_string(RequestStatus status);
std::string_view to_string(Endpoint endpoint);
std::string_view to_string(CacheOutcome outcome);
std::string_view to_string(StaleReason reason);

/// The names behind the numbers of the request path; the wiring copies them from the protocol's
/// tables, so that they are said once. Each list is indexed by its enum.
struct McpLabels {
  struct ErrorNames {
    std::string type;  ///< error_type of mcp_errors_total
    std::string
        code;  ///< error_type of the OpenTelemetry histograms: the JSON-RPC code, or tool_error
  };
  std::vector<std::string> methods;   ///< by method; what this server does not know is "other"
  std::vector<std::string> versions;  ///< by protocol version
  std::vector<ErrorNames> errors;     ///< by Errc
  /// Method and version of the series that stand at 0 from the first scrape on.
  std::vector<std::pair<std::string, std::string>> known;
  std::vector<Endpoint> endpoints{Endpoint::http, Endpoint::sse, Endpoint::stdio};
};

class McpMetrics {
 public:
  /// Index of a method or version that is not in McpLabels: `other`, or `none` for versions.
  static constexpr std::size_t unknown = ~std::size_t{0};
  static constexpr std::size_t max_clients = 100;
  static constexpr std::size_t max_tools = 500;

  class ClientRow;  ///< series of one client_id; a principal's record holds it
  class ToolRow;    ///< series of one tool; the tool's registration holds it

  /// How one JSON-RPC request ended. Counted once, at its end, whatever the outcome.
  struct RequestEnd {
    std::size_t method = unknown;
    std::size_t version = unknown;
    RequestStatus status = RequestStatus::success;
    Endpoint endpoint = Endpoint::http;
    ClientRow* client = nullptr;  ///< null: anonymous
    ToolRow* tool = nullptr;      ///< of tools/call only
    std::optional<Errc> error;    ///< why, unless it succeeded
    std::chrono::nanoseconds duration{0};
  };

  /// `metrics` outlives this.
  McpMetrics(Metrics& metrics, McpLabels labels);
  ~McpMetrics();
  McpMetrics(McpMetrics const&) = delete;
  McpMetrics& operator=(McpMetrics const&) = delete;

  /// The row of a principal's configured name; from the 101st name on that of `other`.
  ClientRow& client(std::string_view name);
  /// The row of a tool, its series at 0; from the 501st on, and for unknown tools, that of `other`.
  ToolRow& tool(std::string_view name);

  /// A few relaxed additions; no lock, no string, once each row was used the first time.
  void finish(RequestEnd const& end);
  void rejected(Rejection reason) { rejected_[static_cast<std::size_t>(reason)]->add(); }
  void cache(CacheOutcome outcome) { cache_[static_cast<std::size_t>(outcome)]->add(); }
  void stale(StaleReason reason) { stale_[static_cast<std::size_t>(reason)]->add(); }
  /// A legacy session or a stdio connection ended.
  void session_ended(std::size_t version, std::chrono::nanoseconds duration);
  /// 1 or 0 of mcp_dependency_up. Keep the reference.
  Gauge& dependency(std::string_view name) { return dependencies_.with({name}); }

  Gauge& active_connections;
  Gauge& sessions;
  Gauge& subscriptions;
  Gauge& worker_queue;
  Counter& workers_abandoned;
  Counter& ratelimit_violations;

 private:
  template <class T>
  class Handles;

  std::string_view method_name(std::size_t method) const;
  std::string_view version_name(std::size_t version) const;
  std::size_t method_slot(std::size_t method) const;
  std::size_t version_slot(std::size_t version) const;
  /// Of the operations' histogram: none, each of the table, the tool's own.
  std::size_t error_slots() const { return labels_.errors.size() + 2; }
  Histogram& operation(RequestEnd const& end);
  void count_error(Errc code);

  McpLabels const labels_;
  Family<Counter>& requests_;
  Family<Histogram>& durations_;
  Family<Counter>& tool_usage_;
  Family<Counter>& errors_;
  Family<Histogram>& operations_;
  Family<Histogram>& session_durations_;
  Family<Gauge>& dependencies_;
  std::vector<Counter*> rejected_;
  std::vector<Counter*> cache_;
  std::vector<Counter*> stale_;

  std::unique_ptr<Handles<Histogram>> duration_handles_;   // by method and endpoint
  std::unique_ptr<Handles<Histogram>> operation_handles_;  // by method, version and error
  std::unique_ptr<Handles<Counter>> error_handles_;        // by Errc
  std::mutex mutex_;                                       // guards the two maps
  std::map<std::string, std::unique_ptr<ClientRow>, std::less<>> clients_;
  std::map<std::string, std::unique_ptr<ToolRow>, std::less<>> tools_;
  ClientRow* anonymous_ = nullptr;
};

/// mcp_log_lines_dropped_total, read from the log's sink at each scrape.
void count_dropped_lines(Metrics& metrics, std::function<double()> read);
/// mcp_audit_lines_dropped_total, likewise.
void count_dropped_audit_lines(Metrics& metrics, std::function<double()> read);

}  // namespace rampart::base
