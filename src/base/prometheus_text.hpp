// Prometheus text exposition format 0.0.4.
#pragma once
#include <string>
#include <string_view>

#include "base/metrics.hpp"

namespace rampart::base {

/// [a-zA-Z_:][a-zA-Z0-9_:]*
bool is_metric_name(std::string_view name);
/// [a-zA-Z_][a-zA-Z0-9_]*, not beginning with two underscores and not "le".
bool is_label_name(std::string_view name);

/// 5, 0.25, +Inf, NaN
std::string sample_value(double value);
/// HELP and TYPE lines, then every series. A family without series leaves only its two lines.
void append_family(std::string& out, FamilyBase const& family);

}  // namespace rampart::base
