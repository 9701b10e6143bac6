// Logs and metrics of one process, made first and destroyed last.
#pragma once
#include <memory>
#include <string>

#include "base/access_log.hpp"
#include "base/audit_log.hpp"
#include "base/log.hpp"
#include "base/mcp_metrics.hpp"
#include "base/metrics.hpp"
#include "base/process_metrics.hpp"
#include "config/config.hpp"

namespace rampart::runtime {

class Observability {
 public:
  /// `log_fd` receives every line but the audit's. Throws std::runtime_error when the audit's file
  /// cannot be opened.
  Observability(config::Config const& config, int log_fd, std::string version);

  /// Every line written so far leaves, as far as its reader takes it.
  void flush();

  base::Clock const& clock;
  base::Secrets secrets;
  base::LogSink sink;
  base::LogFormat const format;
  base::Logger log;
  base::AccessLog access;
  std::unique_ptr<base::AuditLog> audit;  ///< null: off
  base::Metrics metrics;
  base::McpMetrics mcp;
  base::ProcessMetrics process;
};

}  // namespace rampart::runtime
