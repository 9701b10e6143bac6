// Logs and metrics of one process, made first and destroyed last.
#pragma once
#include <string>

#include "base/access_log.hpp"
#include "base/log.hpp"
#include "base/mcp_metrics.hpp"
#include "base/metrics.hpp"
#include "base/process_metrics.hpp"
#include "config/config.hpp"

namespace rampart::runtime {

class Observability {
 public:
  /// `log_fd` receives every line.
  Observability(config::Config const& config, int log_fd, std::string version);

  base::Clock const& clock;
  base::Secrets secrets;
  base::LogSink sink;
  base::LogFormat const format;
  base::Logger log;
  base::AccessLog access;
  base::Metrics metrics;
  base::McpMetrics mcp;
  base::ProcessMetrics process;
};

}  // namespace rampart::runtime
