#include "runtime/engine.hpp"

#include <stdexcept>

#include "runtime/loop_threads.hpp"
#include "server/stages/audit.hpp"
#include "server/stages/limits.hpp"
#include "server/stages/observe.hpp"

namespace rampart::runtime {
namespace {

server::SessionLimits session_limits(config::Config const& config) {
  server::SessionLimits limits;
  limits.max_sessions = config.sessions.max;
  limits.idle = std::chrono::duration_cast<std::chrono::seconds>(config.sessions.idle);
  limits.max_subscriptions = config.subscriptions.max;
  limits.stream_messages = config.sessions.event_store_events;
  limits.stream_bytes = config.sessions.event_store_bytes;
  return limits;
}

unsigned worker_threads(config::Config const& config) {
  if (config.workers.threads > 0) return static_cast<unsigned>(config.workers.threads);
  return static_cast<unsigned>(std::max<std::size_t>(8, 2 * usable_cpus()));
}

std::size_t worker_queue(config::Config const& config) {
  return config.workers.queue > 0 ? config.workers.queue : 4 * worker_threads(config);
}

crypto::Sealer make_sealer(config::Config const& config) {
  std::vector<crypto::SealingKey> keys;
  for (auto const& text : config.state.keys) {
    auto key = crypto::SealingKey::parse(text);
    if (!key) throw std::invalid_argument("state.keys: " + key.error().message);
    keys.push_back(*key);
  }
  if (keys.empty()) keys.push_back(crypto::SealingKey::random());
  return crypto::Sealer(std::move(keys));
}

policy::MemoryCache::Options cache_options(config::Config const& config) {
  policy::MemoryCache::Options options;
  options.ttl = config.cache.ttl;
  options.max_bytes = config.cache.max_bytes;
  options.max_entries = config.cache.max_entries;
  return options;
}

double tokens_per_second(config::Config const& config) {
  return static_cast<double>(config.rate.limit) / 60.0;
}

policy::RateLimiter::Options rate_options(config::Config const& config) {
  policy::RateLimiter::Options options;
  options.capacity = static_cast<std::uint32_t>(config.rate.limit);
  options.tokens_per_second = tokens_per_second(config);
  options.max_identities = config.rate.identities;
  return options;
}

server::Pipeline make_pipeline(config::Config const& config, Observability& observability,
                               policy::RateLimiter& limiter) {
  server::Pipeline stages;
  // First, so that it counts and logs what the others refuse.
  stages.push_back(std::make_unique<server::Observe>(observability.mcp, observability.access));
  if (observability.audit) stages.push_back(std::make_unique<server::Audit>(*observability.audit));
  // Before the rate limit: a request that cannot run should not cost its caller a token.
  stages.push_back(
      std::make_unique<server::ConcurrencyLimit>(config.server.max_concurrent_requests));
  stages.push_back(std::make_unique<server::RateLimit>(limiter));
  return stages;
}

server::DispatcherOptions dispatcher_options(config::Config const& config) {
  server::DispatcherOptions options;
  options.request_timeout = config.server.request_timeout;
  options.state_ttl = std::chrono::duration_cast<std::chrono::seconds>(config.state.ttl);
  options.page_size = config.server.page_size;
  options.digest_arguments = config.audit.log != "off";
  options.error_detail = config.errors.detail;
  return options;
}

base::Logger bound(base::Logger const& log, server::CallFacts const& facts) {
  return log.bound(facts.request_id, std::string(facts.trace.trace_id()),
                   std::string(facts.trace.span_id()));
}

/// What the call is about, as the author named it. A URI may hold what the client put into a
/// template's variables.
std::string_view registered_name(server::Call const& call) {
  if (call.method.method != protocol::Method::resources_read) return call.name;
  auto const catalog = call.dispatcher.services.registry.catalog();
  return catalog->resources.find(call.name) ? std::string_view(call.name) : "(template)";
}

auto exception_reporter(base::Logger log) {
  return [log = std::move(log)](server::Call const& call, std::exception_ptr thrown) {
    bound(log, call.state->facts)
        .exception(base::Level::error, "handler_threw", thrown,
                   {{"method", call.method.name}, {"name", registered_name(call)}});
  };
}

auto failure_reporter(base::Logger log) {
  return [log = std::move(log)](server::Call const& call, Error const& error) {
    bound(log, call.state->facts)
        .warning("handler_failed", {{"method", call.method.name},
                                    {"name", registered_name(call)},
                                    {"message", error.message},
                                    {"detail", error.detail}});
  };
}

base::Level level_of(LogLevel level) {
  if (level == LogLevel::debug) return base::Level::debug;
  if (level < LogLevel::warning) return base::Level::info;
  return level == LogLevel::warning ? base::Level::warning : base::Level::error;
}

server::HandlerLog handler_log(base::Logger log) {
  return [log = std::move(log)](server::CallFacts const& facts, LogLevel level,
                                std::string_view event, std::string_view data) {
    base::Field const field("data", base::RawJson{data});
    bound(log, facts).log(level_of(level), event, std::span(&field, data.empty() ? 0 : 1));
  };
}

}  // namespace

Engine::Engine(Server& server, config::Config const& config, Observability& observability)
    : sessions(session_limits(config)),
      subscriptions(sessions, config.subscriptions.max),
      workers(worker_threads(config), worker_queue(config)),
      sealer(make_sealer(config)),
      cache(
          cache_options(config),
          [&mcp = observability.mcp](base::CacheOutcome outcome) { mcp.cache(outcome); },
          [&mcp = observability.mcp](base::StaleReason reason) { mcp.stale(reason); }),
      limiter(rate_options(config)),
      pipeline(make_pipeline(config, observability, limiter)),
      dispatcher(
          server::Services{server.registry(), sessions, subscriptions, workers, sealer, cache,
                           pipeline, exception_reporter(observability.log.child("handler")),
                           failure_reporter(observability.log.child("handler")),
                           handler_log(observability.log.child("handler"))},
          dispatcher_options(config)) {
  sessions.on_end = [this, &mcp = observability.mcp,
                     &clock = observability.clock](server::Session const& session) {
    for (auto const& uri : session.subscriptions()) subscriptions.session_wants(uri, false);
    mcp.session_ended(static_cast<std::size_t>(session.version), clock.now() - session.started);
  };
  // The first scrape has a row for each tool, so that a rate over it begins at zero.
  for (auto const& tool : server.registry().catalog()->tools.list())
    observability.mcp.tool(tool->spec.name);
  observability.metrics.before_scrape([this, &mcp = observability.mcp] {
    mcp.sessions.set(static_cast<double>(sessions.size()));
    mcp.subscriptions.set(static_cast<double>(subscriptions.size()));
    mcp.worker_queue.set(static_cast<double>(workers.queued()));
    auto const abandoned = dispatcher.abandoned.load(std::memory_order_relaxed);
    mcp.workers_abandoned.add(abandoned - mcp.workers_abandoned.value());
  });
}

void Engine::take_up(config::Config const& config) {
  limiter.set_rate(static_cast<std::uint32_t>(config.rate.limit), tokens_per_second(config));
}

Engine::~Engine() = default;

}  // namespace rampart::runtime
