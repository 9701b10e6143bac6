#include "runtime/listeners.hpp"

#include <stdexcept>

#include "runtime/identity.hpp"

namespace rampart::runtime {
namespace {

void audit_refusal(base::AuditLog& audit, int status, std::string_view request_id,
                   std::string_view peer) {
  base::AuditRecord record;
  record.event = "refused";
  record.request_id = request_id;
  record.client_address = peer;
  record.method = "auth";
  record.outcome = "rejected";
  record.code = status;
  audit.write(record);
}

/// Beyond loopback it is asked by addresses of containers and names of services, which nobody knows
/// beforehand.
transport::OriginPolicy private_origins(config::Config::Server const& config) {
  bool const loopback = is_loopback(config.metrics_bind);
  auto hosts = loopback ? config.allowed_hosts : std::vector<std::string>();
  return {loopback, std::move(hosts), config.allowed_origins};
}

}  // namespace

http::Limits http_limits(config::Config::Server const& server) {
  http::Limits limits;
  limits.header_bytes = server.header_bytes;
  limits.header_count = server.header_count;
  limits.idle_timeout = server.idle_timeout;
  limits.head_timeout = server.head_timeout;
  limits.body_timeout = server.body_timeout;
  limits.write_timeout = server.write_timeout;
  limits.pipeline_bytes = server.pipeline_bytes;
  limits.max_connections = server.max_connections;
  limits.body_budget_bytes = server.body_budget;
  return limits;
}

std::uint16_t listen(http::Server& server, std::string const& address, std::uint64_t port,
                     std::string_view key) {
  auto const bound = server.listen(address, static_cast<std::uint16_t>(port));
  if (!bound)
    throw std::runtime_error(bound.error().message + " (" + std::string(key) +
                             " chooses another port; 0 takes any free one)");
  return *bound;
}

Admin::Admin(config::Config::Server const& config, Observability& observability,
             Readiness const& readiness)
    : config_(config),
      site_(observability.metrics, readiness, private_origins(config)),
      threads_(1, observability.clock),
      server_(threads_.loops(), site_, {}) {
  threads_.start();
}

Admin::~Admin() { threads_.stop(); }

std::uint16_t Admin::open() {
  return listen(server_, config_.metrics_bind, config_.metrics_port, "METRICS_PORT");
}

base::Rejected refusal_reporter(Observability& observability) {
  return [&observability](base::Rejection why, int status, std::string_view request_id,
                          std::string_view peer) {
    observability.mcp.rejected(why);
    base::AccessRecord record;
    record.event = "rejected";
    record.request_id = request_id;
    record.status = "rejected";
    record.reason = base::to_string(why);
    record.code = status;
    record.client_address = peer;
    observability.access.write(record);
    if (observability.audit && why == base::Rejection::auth)
      audit_refusal(*observability.audit, status, request_id, peer);
  };
}

}  // namespace rampart::runtime
