#include "runtime/production.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>

#include "async/spawn.hpp"
#include "config/value.hpp"
#include "http/server.hpp"
#include "process/spawner.hpp"
#include "runtime/allocator.hpp"
#include "runtime/banner.hpp"
#include "runtime/engine.hpp"
#include "runtime/fronting.hpp"
#include "runtime/identity.hpp"
#include "runtime/loop_threads.hpp"
#include "runtime/redis_cache.hpp"
#include "runtime/self_check.hpp"
#include "runtime/signals.hpp"
#include "runtime/sites.hpp"
#include "transport/stdio.hpp"

namespace rampart::runtime {
namespace {

using std::chrono::milliseconds;

/// After the drain's timeout: how long cancelled calls may take to be answered and logged.
constexpr milliseconds last_words{1'000};
/// How long children may take to end: the end of their input, TERM, KILL.
constexpr milliseconds upstreams_end{7'000};

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

transport::EndpointOptions endpoint_options(config::Config const& config) {
  transport::EndpointOptions options;
  options.stream_after = config.server.sse_after;
  options.keep_alive = config.server.sse_keepalive;
  options.stream_messages = config.stream.queued_events;
  return options;
}

/// A tool that is marked quick and is not, or a coroutine that blocks.
auto held_loop_reporter(base::Logger const& log) {
  return [log](async::Watchdog::Held const& held) {
    log.warning(
        "loop_held",
        {{"tool", held.by.empty() ? "unknown" : held.by},
         {"held_ms", held.since.count()},
         {"advice", "code on the event loop must not block: leave .quick() away, or await"}});
  };
}

std::uint16_t listen(http::Server& server, std::string const& address, std::uint64_t port,
                     std::string_view key) {
  auto const bound = server.listen(address, static_cast<std::uint16_t>(port));
  if (!bound)
    throw std::runtime_error(bound.error().message + " (" + std::string(key) +
                             " chooses another port; 0 takes any free one)");
  return *bound;
}

/// Probes and metrics on a loop of their own, so that a busy or stuck server still answers them.
class Admin {
 public:
  Admin(Observability& observability, Readiness const& readiness)
      : site_(observability.metrics, readiness),
        threads_(1, observability.clock),
        server_(threads_.loops(), site_, {}) {
    threads_.start();
  }
  ~Admin() { threads_.stop(); }
  std::uint16_t open(config::Config::Server const& server) {
    return listen(server_, server.metrics_bind, server.metrics_port, "METRICS_PORT");
  }

 private:
  PrivateSite site_;
  LoopThreads threads_;
  http::Server server_;
};

/// Upstreams live on one loop, and so do the connections they are called from: a way from loop to
/// loop costs more than the rest of a call.
std::size_t loop_count(config::Config const& config) {
  if (!config.upstreams.empty()) return 1;
  return config.server.loops > 0 ? config.server.loops : usable_cpus();
}

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

transport::McpEndpoint::Rejected reporter(Observability& observability) {
  return [&observability](transport::Rejection why, int status, std::string_view request_id,
                          std::string_view peer) {
    observability.mcp.rejected(static_cast<base::Rejection>(why));
    base::AccessRecord record;
    record.event = "rejected";
    record.request_id = request_id;
    record.method = base::to_string(static_cast<base::Rejection>(why));
    record.status = "rejected";
    record.code = status;
    record.client_id = peer;
    observability.access.write(record);
    if (observability.audit && why == transport::Rejection::auth)
      audit_refusal(*observability.audit, status, request_id, peer);
  };
}
static_assert(static_cast<int>(transport::Rejection::auth) ==
              static_cast<int>(base::Rejection::auth));

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

/// Children are started by a thread that stands before all others, and upstreams want one loop: a
/// process that has neither cannot begin with them.
void warn_of_first_upstreams(config::Config const& config, base::Logger const& log) {
  std::string names;
  for (auto const& upstream : config.upstreams)
    names += (names.empty() ? "" : ", ") + upstream.name;
  log.warning("reload_needs_restart",
              {{"upstreams", names},
               {"reason",
                "mcpServers is not empty any more, and this process was started without upstreams: "
                "they are served after a restart"}});
}

/// SIGHUP: the audit's file is opened anew; what may change while serving is the log level and what
/// is fronted, the rest needs a restart. A configuration that is wrong changes nothing.
void re_read(Reload const& reload, Observability& observability, Fronting* fronting) {
  auto const& log = observability.log;
  if (observability.audit) {
    auto const opened = observability.audit->reopen();
    if (!opened) log.error("audit_not_reopened", {{"reason", opened.error().message}});
  }
  auto const loaded = reload();
  if (!loaded) return log.error("reload_failed", {{"reason", loaded.error().message}});
  auto const& config = loaded->config;
  log.set_level(config.log.level);
  for (auto const& secret : config::secret_values(config)) observability.secrets.add(secret);
  if (fronting)
    fronting->reload(config);
  else if (!config.upstreams.empty())
    warn_of_first_upstreams(config, log);
  log.info("reloaded", {{"log_level", base::to_string(config.log.level)},
                        {"upstreams", fronting ? config.upstreams.size() : 0}});
}

/// Streams end, and with them the calls whose questions nobody can answer any more.
void end_sessions(server::Sessions& sessions) {
  for (auto const& session : sessions.all()) {
    for (auto& call : session->running()) {
      auto& loop = call->loop;
      loop.post([call = std::move(call)] {
        if (call->awaits_client()) call->cancel(server::CancelReason::session_ended);
      });
    }
    session->close();
  }
}

/// Waits until `done` or the time is up; another termination ends the process here.
template <class Done>
bool wait_for(SignalWait& signals, milliseconds limit, Done done) {
  auto const until = base::Steady::now() + limit;
  while (!done()) {
    auto const left = std::chrono::duration_cast<milliseconds>(until - base::Steady::now());
    if (left <= milliseconds(0)) return false;
    if (signals.wait(std::min(left, milliseconds(20))) == Wakeup::terminate) std::_Exit(130);
  }
  return true;
}

/// Children end after the calls they served.
void end_upstreams(Fronting* fronting, SignalWait& signals) {
  if (!fronting) return;
  fronting->stop();
  wait_for(signals, upstreams_end, [fronting] { return fronting->done(); });
}

std::unique_ptr<RedisCache> make_redis(config::Config const& config, Observability& observability,
                                       Readiness& readiness, Engine& engine,
                                       LoopThreads const& threads) {
  readiness.set_required(Check::redis, config.redis.required);
  if (config.redis.url.empty()) return nullptr;
  auto redis = std::make_unique<RedisCache>(config, threads.loops(), observability, readiness);
  engine.cache.share(*redis);
  return redis;
}

/// After the last call, which may have put something there.
void end_redis(RedisCache* redis, SignalWait& signals) {
  if (!redis) return;
  redis->stop();
  wait_for(signals, last_words, [redis] { return redis->done(); });
}

/// What has to be there before the first thread, because it forks.
using Spawning = std::unique_ptr<process::Spawner>;

std::unique_ptr<Fronting> make_fronting(Server& server, config::Config const& config,
                                        Observability& observability, Engine& engine,
                                        Spawning const& spawner, async::Loop& loop,
                                        bool one_client) {
  if (config.upstreams.empty()) return nullptr;
  auto fronting =
      std::make_unique<Fronting>(server, config, observability, *spawner, loop, one_client);
  engine.subscriptions.on_interest = [fronting = fronting.get()](std::string const& uri,
                                                                 bool wanted) {
    fronting->watch(uri, wanted);
  };
  return fronting;
}

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
  auto const rejected = reporter(observability);
  auto const fronting =
      make_fronting(server, config, observability, engine, spawner, threads.first(), false);
  auto options = endpoint_options(config);
  options.keys = identity.keys();
  if (fronting) options.opening = &fronting->opening();
  transport::McpEndpoint const endpoint(engine.dispatcher, std::move(origins), options, rejected);
  std::optional<transport::SsePair> pair;
  if (config.server.legacy_sse) pair.emplace(engine.dispatcher, endpoint_options(config));
  PublicSite site(endpoint, pair ? &*pair : nullptr, readiness, config.server.max_request_size,
                  rejected);
  http::Server http(threads.loops(), site, http_limits(config.server),
                    [&log](std::exception_ptr error, http::Head const*) {
                      log.exception(base::Level::error, "request_threw", error);
                    });
  observability.metrics.before_scrape(
      [&] { observability.mcp.active_connections.set(static_cast<double>(http.connections())); });
  http.on_empty([&signals] { signals.wake(); });
  // After everything a scrape looks at, so that it ends first; before the public port, so that
  // probes answer early.
  Admin admin(observability, readiness);
  auto const admin_port = admin.open(config.server);
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
      re_read(reload, observability, fronting.get());
      identity.reload(http, engine.sessions);
    }
    identity.look(http, engine.sessions);
  }
  // The order matters: balancers see 503 first, then new connections stop, then work ends, then
  // streams.
  readiness.drain();
  http.drain();
  log.info("draining", {{"delay_ms", config.drain.delay.count()},
                        {"timeout_ms", config.drain.timeout.count()}});
  wait_for(signals, config.drain.delay, [] { return false; });
  http.stop_listening();
  http.close_idle();
  engine.dispatcher.end_subscriptions();
  end_sessions(engine.sessions);
  bool const clean = wait_for(signals, config.drain.timeout, [&] {
    http.close_idle();
    return http.connections() == 0 && engine.dispatcher.running() == 0;
  });
  if (!clean) {
    log.warning("drain_timeout",
                {{"running", engine.dispatcher.running()}, {"connections", http.connections()}});
    engine.dispatcher.cancel_all(server::CancelReason::drain);
    wait_for(signals, last_words, [&] { return engine.dispatcher.open() == 0; });
    http.cancel_all();
  }
  end_upstreams(fronting.get(), signals);
  end_redis(redis.get(), signals);
  log.info("stopped");
  observability.flush();
  // A handler that does not listen to its stop token may still hold a worker: nothing waits for it.
  if (!clean) std::_Exit(0);
  threads.stop();
  return 0;
}

/// Standard output belongs to the protocol: whatever else prints goes to standard error.
int take_stdout() {
  int const wire = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (wire < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    throw std::runtime_error("standard output is closed");
  return wire;
}

int serve_stdio(Server& server, config::Loaded const& loaded, Observability& observability,
                SignalWait& signals, Reload const& reload, Spawning const& spawner) {
  auto const& config = loaded.config;
  auto const& log = observability.log;
  Readiness readiness(observability.clock);
  Engine engine(server, config, observability);
  std::optional<Admin> admin;
  if (loaded.origins.at("server.metrics_port") != "default") {
    // Each MCP client starts its own copy, so the port may be another copy's: no reason not to
    // serve.
    try {
      admin.emplace(observability, readiness);
      auto const port = admin->open(config.server);
      log.info("listening",
               {{"endpoint", "private"}, {"port", port}, {"bind", config.server.metrics_bind}});
    } catch (std::runtime_error const& error) {
      log.warning("metrics_not_listening", {{"reason", error.what()}});
    }
  }
  transport::StdioOptions options;
  options.out = take_stdout();
  options.lines.max_line_bytes = config.server.max_request_size;
  LoopThreads threads(1, observability.clock);
  auto const redis = make_redis(config, observability, readiness, engine, threads);
  transport::StdioTransport stdio(engine.dispatcher, threads.first(), options);
  auto const fronting =
      make_fronting(server, config, observability, engine, spawner, threads.first(), true);
  SelfCheck self_check(threads.first(), engine, config, readiness, observability);
  self_check.upstreams = fronting.get();
  std::atomic<bool> ended = false;
  threads.start(held_loop_reporter(log));
  if (redis) redis->start();
  if (fronting) fronting->start();
  threads.first().post([&] {
    self_check.start();
    auto const serve = [&] {
      stdio.start([&] {
        ended = true;
        signals.wake();
      });
    };
    // A client's first question is what there is, so it is read when that is known.
    if (fronting)
      fronting->when_open(serve);
    else
      serve();
  });
  observability.mcp.active_connections.set(1);
  log.info("serving_stdio", {{"server", server.registry().info().name}});
  for (;;) {
    auto const why = signals.wait();
    if (why == Wakeup::terminate || ended) break;
    if (why == Wakeup::reload) re_read(reload, observability, fronting.get());
  }
  readiness.drain();
  stdio.stop_reading();
  engine.dispatcher.end_subscriptions();
  bool const clean =
      wait_for(signals, config.drain.timeout, [&] { return engine.dispatcher.open() == 0; });
  if (!clean) {
    log.warning("drain_timeout", {{"running", engine.dispatcher.running()}});
    engine.dispatcher.cancel_all(server::CancelReason::drain);
    wait_for(signals, last_words, [&] { return engine.dispatcher.open() == 0; });
  }
  stdio.flush();
  end_upstreams(fronting.get(), signals);
  end_redis(redis.get(), signals);
  log.info("stopped");
  observability.flush();
  if (!clean) std::_Exit(0);
  threads.stop();
  return 0;
}

}  // namespace

int serve(Server& server, config::Loaded const& loaded, Mode mode, Reload const& reload) {
  give_large_blocks_back();
  SignalWait signals;
  Spawning spawner;
  if (!loaded.config.upstreams.empty()) spawner = std::make_unique<process::Spawner>();
  Observability observability(loaded.config, STDERR_FILENO, server.registry().info().version);
  async::on_escaped_exception(
      [&log = observability.log](std::string_view task, std::exception_ptr error) {
        log.exception(base::Level::error, "task_threw", error, {{"task", task}});
      });
  try {
    return mode == Mode::stdio
               ? serve_stdio(server, loaded, observability, signals, reload, spawner)
               : serve_http(server, loaded, observability, signals, reload, spawner);
  } catch (std::exception const& error) {
    // In the log's own format: whoever collects it reads no other.
    observability.log.error("cannot_start", {{"reason", error.what()}});
    return 1;
  }
}

}  // namespace rampart::runtime
