#include "gateway/circuit_stats.hpp"

#include <algorithm>

#include "base/encoding_time.hpp"
#include "json/write.hpp"
#include "server/call.hpp"
#include "server/catalog.hpp"
#include "server/describe.hpp"

namespace rampart::gateway {
namespace {

using policy::CircuitBreaker;
using State = CircuitBreaker::State;

/// The breaker knows the steady clock's time only.
std::string time_text(std::optional<CircuitBreaker::TimePoint> at, base::Clock const& clock) {
  if (!at) return "null";
  std::string out = "\"";
  auto const ago = clock.now() - *at;
  base::append_timestamp(out, clock.wall() - std::chrono::duration_cast<base::Wall::duration>(ago));
  return out + "\"";
}

std::string_view overall(std::vector<Circuit> const& circuits) {
  auto const in = [&](State state) {
    return std::ranges::count(circuits, state, [](auto const& one) { return one.stats.state; });
  };
  auto const all = static_cast<std::ptrdiff_t>(circuits.size());
  if (2 * in(State::open) > all) return "critical";
  return in(State::closed) == all ? "healthy" : "degraded";
}

class Reader final : public server::Foreign {
 public:
  Reader(std::function<std::vector<Circuit>()> read, base::Clock const& clock)
      : read_(std::move(read)), clock_(clock) {}

  Task<Result<server::Rendered>> run(Context, std::string uri) override {
    server::Rendered out;
    out.members = R"("contents":[{"uri":)" + json::quoted(uri) +
                  R"(,"mimeType":"application/json","text":)" +
                  json::quoted(circuit_stats_json(read_(), clock_)) + "}]";
    out.hints = protocol::CacheHints{0, false};
    co_return out;
  }
  Task<Result<server::Rendered>> complete(Context, std::string) override {
    co_return fail(Errc::not_found, "nothing to complete");
  }
  bool completes() const override { return false; }
  std::chrono::milliseconds limit() const override { return std::chrono::seconds(5); }

 private:
  std::function<std::vector<Circuit>()> const read_;
  base::Clock const& clock_;
};

}  // namespace

std::string circuit_stats_json(std::vector<Circuit> const& circuits, base::Clock const& clock) {
  std::string out = R"({"overall":")" + std::string(overall(circuits)) + R"(","circuits":{)";
  for (auto const& [name, stats] : circuits) {
    if (out.back() != '{') out += ',';
    out += json::quoted(name) + R"(:{"state":")" + std::string(policy::name(stats.state));
    out += R"(","failure_count":)" + std::to_string(stats.failed);
    out += R"(,"success_count":)" + std::to_string(stats.successful);
    out += R"(,"failure_rate":)";
    json::append_double(out, stats.failure_rate);
    out += R"(,"last_failure_time":)" + time_text(stats.last_failure, clock);
    out += R"(,"next_attempt_time":)" + time_text(stats.next_attempt, clock) + "}";
  }
  return out + "}}";
}

std::shared_ptr<server::Resource const> circuit_stats_resource(
    std::function<std::vector<Circuit>()> read, base::Clock const& clock) {
  ResourceSpec spec;
  spec.uri = circuit_stats_uri;
  spec.name = "circuit-breaker-stats";
  spec.title = "Circuit breakers";
  spec.description = "Whether calls to each fronted server go through, and its recent failures";
  spec.mime_type = "application/json";
  server::Described described;
  for (auto const version : protocol::all_versions)
    described[static_cast<std::size_t>(version)] = server::describe(spec, version);
  return server::make_foreign_resource(std::move(spec), std::move(described),
                                       std::make_shared<Reader>(std::move(read), clock));
}

}  // namespace rampart::gateway
