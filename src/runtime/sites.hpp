// What the two listeners serve: the public one MCP and the probes, the private one metrics and the
// probes.
#pragma once
#include <functional>
#include <string>

#include "base/metrics.hpp"
#include "http/exchange.hpp"
#include "runtime/readiness.hpp"
#include "transport/mcp_endpoint.hpp"
#include "transport/sse_pair.hpp"
#include "transport/trusted_proxies.hpp"

namespace rampart::runtime {

class PublicSite final : public http::Handler {
 public:
  /// `pair`: 2024-11-05's own endpoints, or null.
  PublicSite(transport::McpEndpoint const& endpoint, transport::SsePair* pair,
             Readiness const& readiness, std::size_t max_body, transport::TrustedProxies proxies,
             base::Rejected rejected)
      : endpoint_(endpoint),
        pair_(pair),
        readiness_(readiness),
        max_body_(max_body),
        proxies_(std::move(proxies)),
        rejected_(std::move(rejected)) {}

  std::string client_address(http::Head const& head, std::string_view peer_address) override {
    return proxies_.client_of(head, peer_address);
  }
  std::optional<http::Response> admit(http::Head const& head, std::string_view client_address,
                                      http::ClientRef& client) override;
  std::size_t body_limit(http::Head const& head) override;
  Task<void> handle(http::Exchange& exchange) override;
  void refused(http::Refusal why, http::Head const* head, http::Response& response,
               std::string_view client_address) override;

 private:
  bool serves_mcp(std::string_view path) const;
  Task<void> handle_other(http::Exchange& exchange);

  transport::McpEndpoint const& endpoint_;
  transport::SsePair* const pair_;
  Readiness const& readiness_;
  std::size_t const max_body_;
  transport::TrustedProxies const proxies_;
  base::Rejected const rejected_;
};

class PrivateSite final : public http::Handler {
 public:
  PrivateSite(base::Metrics const& metrics, Readiness const& readiness,
              transport::OriginPolicy origins)
      : metrics_(metrics), readiness_(readiness), origins_(std::move(origins)) {}

  std::optional<http::Response> admit(http::Head const& head, std::string_view,
                                      http::ClientRef&) override;
  std::size_t body_limit(http::Head const&) override { return 0; }
  Task<void> handle(http::Exchange& exchange) override;
  void refused(http::Refusal, http::Head const*, http::Response&, std::string_view) override {}

 private:
  base::Metrics const& metrics_;
  Readiness const& readiness_;
  transport::OriginPolicy const origins_;
};

}  // namespace rampart::runtime
