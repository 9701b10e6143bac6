#include "base/mcp_metrics_families.hpp"

#include <set>

namespace rampart::base {
namespace {

// The page's eleven buckets, finer ones below them for a server that answers in microseconds, and 2
// s because an alert threshold must stand on a bucket.
std::vector<double> request_buckets() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
          0.1,    0.25,    0.5,    1,     2,      2.5,   5,    10};
}

// The boundaries that OpenTelemetry's MCP conventions name, and the same finer ones.
std::vector<double> operation_buckets() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1,
          0.2,    0.5,     1,      2,     5,      10,    30,   60,   120,  300};
}

std::vector<double> session_buckets() {
  return {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300};
}

template <class E>
std::vector<std::string> all_names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.emplace_back(to_string(static_cast<E>(i)));
  return names;
}

// A closed set needs at least one value; where the wiring gave none (docs) `other` stands alone.
std::vector<std::string> with_other(std::vector<std::string> names) {
  names.emplace_back(other_label);
  return names;
}

Label method_label(std::string name, McpLabels const& labels) {
  return Label{std::move(name), "the JSON-RPC method, or `other` for one this server does not know",
               with_other(labels.methods)};
}
Label version_label(std::string name, McpLabels const& labels) {
  auto versions = labels.versions;
  versions.emplace_back("none");
  return Label{std::move(name), "the negotiated protocol version, or `none`", std::move(versions)};
}

}  // namespace

std::string_view to_string(RequestStatus status) {
  switch (status) {
    case RequestStatus::success:
      return "success";
    case RequestStatus::tool_error:
      return "tool_error";
    case RequestStatus::error:
      return "error";
    case RequestStatus::rejected:
      return "rejected";
    case RequestStatus::cancelled:
      return "cancelled";
  }
  return other_label;
}
std::string_view to_string(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::http:
      return "http";
    case Endpoint::sse:
      return "sse";
    case Endpoint::stdio:
      return "stdio";
  }
  return other_label;
}
std::string_view to_string(Rejection reason) {
  switch (reason) {
    case Rejection::origin:
      return "origin";
    case Rejection::host:
      return "host";
    case Rejection::size:
      return "size";
    case Rejection::header:
      return "header";
    case Rejection::parse:
      return "parse";
    case Rejection::rate:
      return "rate";
    case Rejection::overload:
      return "overload";
    case Rejection::auth:
      return "auth";
  }
  return other_label;
}
std::string_view to_string(CacheOutcome outcome) {
  switch (outcome) {
    case CacheOutcome::hit:
      return "hit";
    case CacheOutcome::miss:
      return "miss";
    case CacheOutcome::error:
      return "error";
    case CacheOutcome::bypass:
      return "bypass";
  }
  return other_label;
}
std::string_view to_string(StaleReason reason) {
  return reason == StaleReason::error ? "error" : "revalidate";
}

FamilySpec requests_spec(McpLabels const& labels) {
  Label client{"client_id",
               "the authenticated principal's configured name, `anonymous` or `other`"};
  client.max_values = McpMetrics::max_clients;
  return FamilySpec{
      "mcp_requests_total",
      "Total MCP requests processed",
      {method_label("method", labels),
       Label{"status", "how the request ended", all_names<RequestStatus>(request_status_count)},
       client, version_label("version", labels)},
      5000};
}

FamilySpec durations_spec(McpLabels const& labels) {
  return FamilySpec{"mcp_request_duration_seconds",
                    "MCP request processing time",
                    {method_label("method", labels), Label{"endpoint", "how the answer travelled",
                                                           all_names<Endpoint>(endpoint_count)}},
                    1000,
                    request_buckets()};
}

FamilySpec tool_usage_spec() {
  Label tool{"tool_name", "a registered tool, or `other`"};
  tool.max_values = McpMetrics::max_tools;
  return FamilySpec{"mcp_tool_usage_total",
                    "Tool execution counts",
                    {tool, Label{"success", "whether the call succeeded", {"true", "false"}}},
                    2 * (McpMetrics::max_tools + 1)};
}

FamilySpec errors_spec(McpLabels const& labels) {
  std::vector<std::string> types;
  for (auto const& error : labels.errors) types.push_back(error.type);
  return FamilySpec{"mcp_errors_total",
                    "Requests that did not succeed, by reason",
                    {Label{"error_type", "the meaning of the error", with_other(types)}}};
}

FamilySpec operations_spec(McpLabels const& labels) {
  std::set<std::string> codes{"", "tool_error"};  // several meanings share a code
  for (auto const& error : labels.errors) codes.insert(error.code);
  Label tool{"gen_ai_tool_name", "the tool of a tools/call, else empty"};
  tool.max_values = McpMetrics::max_tools + 1;
  return FamilySpec{
      "mcp_server_operation_duration_seconds",
      "OpenTelemetry mcp.server.operation.duration: from the request's arrival to its answer",
      {method_label("mcp_method_name", labels), tool,
       Label{"error_type", "the JSON-RPC code, `tool_error`, or empty for success",
             with_other({codes.begin(), codes.end()})},
       version_label("mcp_protocol_version", labels)},
      1000,
      operation_buckets()};
}

FamilySpec session_durations_spec(McpLabels const& labels) {
  return FamilySpec{"mcp_server_session_duration_seconds",
                    "OpenTelemetry mcp.server.session.duration: of sessions and stdio connections",
                    {version_label("mcp_protocol_version", labels)},
                    100,
                    session_buckets()};
}

FamilySpec dependencies_spec() {
  return FamilySpec{"mcp_dependency_up",
                    "Whether a dependency answered its last check (1) or not (0)",
                    {Label{"dependency", "the check's name in /ready"}}};
}

FamilySpec rejected_spec() {
  return FamilySpec{
      "mcp_rejected_total",
      "Requests refused before their method was looked at",
      {Label{"reason", "which rule refused it", all_names<Rejection>(rejection_count)}}};
}

FamilySpec cache_spec() {
  return FamilySpec{
      "mcp_cache_hits_total",
      "Cache performance metrics: lookups by their outcome",
      {Label{"type", "what the lookup gave", all_names<CacheOutcome>(cache_outcome_count)}}};
}

FamilySpec stale_spec() {
  return FamilySpec{
      "mcp_cache_stale_total",
      "Answers given after their time, and marked so",
      {Label{"reason", "a new one was being fetched, or the upstream could not answer",
             all_names<StaleReason>(stale_reason_count)}}};
}

}  // namespace rampart::base
