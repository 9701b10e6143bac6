// Serving over HTTP, from the first listener to the last connection.
#include "http/server.hpp"

#include "runtime/banner.hpp"
#include "runtime/drain.hpp"
#include "runtime/identity.hpp"
#include "runtime/listeners.hpp"
#include "runtime/reload.hpp"
#include "runtime/self_check.hpp"
#include "runtime/serve.hpp"

namespace rampart::runtime {
namespace {

transport::EndpointOptions endpoint_options(config::Config const& config) {
  transport::EndpointOptions options;
  options.stream_after = config.server.sse_after;
  options.keep_alive = config.server.sse_keepalive;
  options.release_after = config.server.sse_release;
  options.stream_messages = config.stream.queued_events;
  return options;
}

/// Upstreams live on one loop, and so do the connections they are called from: a way from loop to
/// loop costs more than the rest of a call.
std::size_t loop_count(config::Config const& config) {
  if (!config.upstreams.empty()) return 1;
  return config.server.loops > 0 ? config.server.loops : usable_cpus();
}

void warn_about_exposure(config::Config const& config, base::Logger const& log) {
  if (is_loopback(config.server.bind)) return;
  if (config.server.allowed_hosts.empty())
    log.warning("host_not_checked",
                {{"reason", "bound beyond loopback with RAMPART_ALLOWED_HOSTS empty"}});
  if (config.state.keys.empty())
    log.warning(
        "state_key_is_random",
        {{"reason",
          "without RAMPART_STATE_KEYS a client's half-finished call dies with this process"}});
}

/// The order matters: balancers have seen 503, then new connections stop, then work ends, then
/// streams. false: calls were left when the time was up, and have been cancelled.
bool drain(http::Server& http, Engine& engine, SignalWait& signals,
           config::Config::Drain const& limits, Observability& observability) {
  auto const& log = observability.log;
  http.drain();
  log.info("draining",
           {{"delay_ms", limits.delay.count()}, {"timeout_ms", limits.timeout.count()}});
  wait_for(signals, observability, limits.delay, [] { return false; });
  http.stop_listening();
  http.close_idle();
  engine.dispatcher.end_subscriptions();
  end_sessions(engine.sessions);
  bool const clean = wait_for(signals, observability, limits.timeout, [&] {
    http.close_idle();
    return http.connections() == 0 && engine.dispatcher.running() == 0 &&
           engine.workers.busy() == 0;
  });
  if (clean) return true;
  log.warning("drain_timeout", {{"running", engine.dispatcher.running()},
                                {"connections", http.connections()},
                                {"workers", engine.workers.busy()}});
  cancel_calls(engine, signals, observability);
  http.cancel_all();
  return false;
}

}  // namespace

int serve_http(Server& server, config::Loaded const& loaded, Observability& observability,
               SignalWait& signals, Reload const& reload, Spawning const& spawner) {
  auto const& config = loaded.config;
  auto const& log = observability.log;
  Readiness readiness(observability.clock);
  Identity identity(config, observability);
  Engine engine(server, config, observability);
  LoopThreads threads(loop_count(config), observability.clock);
  auto const redis = make_redis(config, observability, readiness, engine, threads);
  transport::OriginPolicy origins(is_loopback(config.server.bind), config.server.allowed_hosts,
                                  config.server.allowed_origins);
  auto const rejected = refusal_reporter(observability);
  auto const fronting =
      make_fronting(server, config, observability, engine, spawner, threads.first(), false);
  auto options = endpoint_options(config);
  options.keys = identity.keys();
  if (fronting) options.opening = &fronting->opening();
  transport::McpEndpoint const endpoint(engine.dispatcher, std::move(origins), options, rejected);
  std::optional<transport::SsePair> pair;
  if (config.server.legacy_sse) pair.emplace(engine.dispatcher, endpoint_options(config));
  PublicSite site(endpoint, pair ? &*pair : nullptr, readiness, config.server.max_request_size,
                  transport::TrustedProxies(config.server.trusted_proxies), rejected);
  http::Server http(threads.loops(), site, http_limits(config.server),
                    [&log](std::exception_ptr error, http::Head const*) {
                      log.exception(base::Level::error, "request_threw", error);
                    });
  observability.metrics.before_scrape(
      [&] { observability.mcp.active_connections.set(static_cast<double>(http.connections())); });
  report_dependencies(observability, readiness);
  http.on_empty([&signals] { signals.wake(); });
  // After everything a scrape looks at, so that it ends first; before the public port, so that
  // probes answer early.
  Admin admin(config.server, observability, readiness);
  auto const admin_port = admin.open();
  log.info("listening",
           {{"endpoint", "private"}, {"port", admin_port}, {"bind", config.server.metrics_bind}});

  SelfCheck self_check(threads.first(), engine, config, readiness, observability);
  self_check.upstreams = fronting.get();
  auto const port = listen(http, config.server.bind, config.server.port, "PORT");
  threads.start(held_loop_reporter(log));
  if (redis) redis->start();
  if (fronting) fronting->start();
  threads.first().post([&self_check] { self_check.start(); });
  warn_about_exposure(config, log);
  identity.warn();
  log.info("listening", {{"endpoint", "mcp"},
                         {"port", port},
                         {"bind", config.server.bind},
                         {"path", "/mcp"},
                         {"loops", loop_count(config)}});
  if (config.log.banner && observability.format == base::LogFormat::console) {
    auto const print = [&server, &config, port, admin_port] {
      print_banner(server, config, port, admin_port);
    };
    // What upstreams offer is known when they have told.
    if (fronting)
      threads.first().post([fronting = fronting.get(), print] { fronting->when_open(print); });
    else
      print();
  }

  for (;;) {
    auto const why = signals.wait(Identity::interval);
    if (why == Wakeup::terminate) break;
    if (why == Wakeup::reload) {
      re_read(reload, config, observability, engine, fronting.get());
      identity.reload(http, engine.sessions);
    }
    identity.look(http, engine.sessions);
  }
  readiness.drain();
  bool const clean = drain(http, engine, signals, config.drain, observability);
  end_process(clean, {fronting.get(), redis.get()}, signals, observability, threads);
  return 0;
}

}  // namespace rampart::runtime
