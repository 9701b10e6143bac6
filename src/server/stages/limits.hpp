// The two stages that refuse: too many requests at once, and too many from one caller.
#pragma once
#include <atomic>

#include "policy/rate_limiter.hpp"
#include "server/pipeline.hpp"

namespace rampart::server {

/// Requests that run at the same time in this process; subscriptions have a bound of their own.
class ConcurrencyLimit final : public Stage {
 public:
  explicit ConcurrencyLimit(std::size_t max_requests) : max_(max_requests) {}
  std::optional<Refusal> enter(Call& call) override;
  void leave(Call const& call, Reply const& reply) override;

 private:
  std::size_t const max_;
  std::atomic<std::size_t> running_ = 0;
};

/// One token a JSON-RPC request, per identity.
class RateLimit final : public Stage {
 public:
  explicit RateLimit(policy::RateLimiter& limiter) : limiter_(limiter) {}
  std::optional<Refusal> enter(Call& call) override;
  void leave(Call const&, Reply const&) override {}

 private:
  policy::RateLimiter& limiter_;
};

}  // namespace rampart::server
