// Counts, times and logs every request, whatever its outcome. The outermost stage: it sees what
// inner ones refuse.
#pragma once
#include <array>
#include <atomic>
#include <memory>

#include "base/access_log.hpp"
#include "base/mcp_metrics.hpp"
#include "server/pipeline.hpp"

namespace rampart::server {

/// What McpMetrics needs to know of the protocol's tables.
base::McpLabels metric_labels();

class Observe final : public Stage {
 public:
  Observe(base::McpMetrics& metrics, base::AccessLog& log) : metrics_(metrics), log_(log) {}
  std::optional<Refusal> enter(Call& call) override;
  void leave(Call const& call, Reply const& reply) override;

 private:
  base::McpMetrics::ToolRow* row_of(Call const& call, Reply const& reply);

  base::McpMetrics& metrics_;
  base::AccessLog& log_;
  // Rows by Tool::number, found without a lock after the first call. More tools than this share one
  // row anyway.
  std::array<std::atomic<base::McpMetrics::ToolRow*>, base::McpMetrics::max_tools> rows_{};
};

}  // namespace rampart::server
