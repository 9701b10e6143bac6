// Writes one audit line for each request, whatever its outcome. Stands outside the stages that
// refuse, so that it sees what they refuse.
#pragma once
#include "base/audit_log.hpp"
#include "server/pipeline.hpp"

namespace rampart::server {

class Audit final : public Stage {
 public:
  explicit Audit(base::AuditLog& log) : log_(log) {}
  std::optional<Refusal> enter(Call&) override { return std::nullopt; }
  void leave(Call const& call, Reply const& reply) override;

 private:
  base::AuditLog& log_;
};

}  // namespace rampart::server
