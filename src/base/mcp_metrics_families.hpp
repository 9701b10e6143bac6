// The declarations of the labelled families. Used by mcp_metrics.cpp only; docs/metrics.md is made
// from them.
#pragma once
#include "base/mcp_metrics.hpp"

namespace rampart::base {

FamilySpec requests_spec(McpLabels const& labels);
FamilySpec durations_spec(McpLabels const& labels);
FamilySpec tool_usage_spec();
FamilySpec errors_spec(McpLabels const& labels);
FamilySpec operations_spec(McpLabels const& labels);
FamilySpec session_durations_spec(McpLabels const& labels);
FamilySpec dependencies_spec();
FamilySpec rejected_spec();
FamilySpec cache_spec();
FamilySpec stale_spec();

}  // namespace rampart::base
