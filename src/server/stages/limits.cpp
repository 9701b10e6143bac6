#include "server/stages/limits.hpp"

namespace rampart::server {
namespace {
bool counts(Call const& call) {
  return call.method.method != protocol::Method::subscriptions_listen;
}
}  // namespace

std::optional<Refusal> ConcurrencyLimit::enter(Call& call) {
  if (!counts(call) || running_.fetch_add(1, std::memory_order_relaxed) < max_) return std::nullopt;
  return Refusal{Error(Errc::overloaded, "too many requests at once; try again shortly"),
                 std::chrono::seconds(1)};
}

void ConcurrencyLimit::leave(Call const& call, Reply const&) {
  if (counts(call)) running_.fetch_sub(1, std::memory_order_relaxed);
}

std::optional<Refusal> RateLimit::enter(Call& call) {
  auto const decision = limiter_.take(call.rate_identity, call.started);
  if (decision.allowed) return std::nullopt;
  auto const wait = std::to_string(decision.retry_after.count());
  return Refusal{Error(Errc::rate_limited, "rate limit reached; try again in " + wait + " ms", {},
                       R"({"retryAfterMs":)" + wait + "}"),
                 decision.retry_after};
}

}  // namespace rampart::server
