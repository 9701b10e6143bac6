#include "base/metrics_docs.hpp"

#include "base/mcp_metrics.hpp"
#include "base/process_metrics.hpp"
#include "base/prometheus_text.hpp"
#include "base/redis_metrics.hpp"

namespace rampart::base {
namespace {

std::string label_text(FamilySpec const& spec, Label const& label) {
  std::string text = "`" + label.name + "`: " + label.doc;
  // Values that the protocol's tables bring are described in words.
  bool const listed = label.values.size() > 1 && label.values.back() != other_label &&
                      label.values.back() != "none";
  if (listed) {
    for (std::size_t i = 0; i < label.values.size(); ++i) {
      text += (i == 0 ? " (`" : ", `") + label.values[i] + "`";
    }
    text += ")";
  } else if (label.values.empty() && spec.name != "rampart_build_info") {
    text += " (at most " + std::to_string(label.max_values) + ")";
  }
  return text;
}

void append_row(std::string& out, FamilyBase const& family) {
  auto const& spec = family.spec();
  out += "| `" + spec.name + "` | " + std::string(to_string(family.type())) + " | ";
  for (std::size_t i = 0; i < spec.labels.size(); ++i) {
    if (i != 0) out += "<br>";
    out += label_text(spec, spec.labels[i]);
  }
  if (spec.labels.empty()) out += "–";
  out += " | " + spec.help + " |\n";
}

void append_buckets(std::string& out, FamilyBase const& family) {
  auto const& spec = family.spec();
  if (spec.buckets.empty()) return;
  out += "- `" + spec.name + "`:";
  for (double const bound : spec.buckets) out += " " + sample_value(bound);
  out += "\n";
}

constexpr std::string_view table_head = "| name | type | labels | meaning |\n|---|---|---|---|\n";

}  // namespace

std::string metrics_markdown(Metrics const& with_upstreams) {
  Metrics metrics;
  McpMetrics const mcp(metrics, McpLabels());
  ProcessMetrics const process(metrics, system_clock(), "docs");
  count_dropped_lines(metrics, [] { return 0.0; });
  count_dropped_audit_lines(metrics, [] { return 0.0; });
  Metrics with_redis;
  RedisMetrics const redis(with_redis);
  std::string out =
      "# Metrics\n\n"
      "<!-- Generated from the declarations; do not edit. A test compares this page with them. "
      "-->\n\n"
      "`GET /metrics` on the private port (METRICS_PORT, 9090) answers in Prometheus text format "
      "0.0.4. Every\n"
      "family is in the first scrape. Requests are counted once, at their end; probes and scrapes "
      "are not counted.\n"
      "Where values come from outside, their number is bounded: what does not fit counts as "
      "`other`.\n\n";
  out += table_head;
  for (auto const* family : metrics.families()) append_row(out, *family);
  out +=
      "\n## With upstreams\n\n"
      "Only where other servers are fronted (`rampart wrap`, `mcpServers`). `server` and "
      "`circuit_name` are the\n"
      "configured name; each upstream's series are there from the start.\n\n";
  out += table_head;
  for (auto const* family : with_upstreams.families()) append_row(out, *family);
  out += "\n## With Redis\n\nOnly where REDIS_URL is set.\n\n";
  out += table_head;
  for (auto const* family : with_redis.families()) append_row(out, *family);
  out += "\n## Buckets\n\nUpper bounds in seconds; `+Inf` is implied.\n\n";
  for (auto const* family : metrics.families()) append_buckets(out, *family);
  for (auto const* family : with_upstreams.families()) append_buckets(out, *family);
  for (auto const* family : with_redis.families()) append_buckets(out, *family);
  out +=
      "\n## Errors by meaning\n\n"
      "`mcp_errors_total` says why a request did not succeed; `mcp_rejected_total` counts what was "
      "refused before a\n"
      "method was known (a wrong Origin, a body over the limit). The OpenTelemetry histograms "
      "carry the JSON-RPC\n"
      "code instead, as their conventions ask.\n";
  return out;
}

}  // namespace rampart::base
