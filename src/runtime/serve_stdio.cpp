// Serving one client on standard input and output.
#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>

#include "runtime/drain.hpp"
#include "runtime/listeners.hpp"
#include "runtime/reload.hpp"
#include "runtime/self_check.hpp"
#include "runtime/serve.hpp"
#include "transport/stdio.hpp"

namespace rampart::runtime {
namespace {

/// Standard output belongs to the protocol: whatever else prints goes to standard error.
int take_stdout() {
  int const wire = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (wire < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    throw std::runtime_error("standard output is closed");
  return wire;
}

}  // namespace

int serve_stdio(Server& server, config::Loaded const& loaded, Observability& observability,
                SignalWait& signals, Reload const& reload, Spawning const& spawner) {
  auto const& config = loaded.config;
  auto const& log = observability.log;
  Readiness readiness(observability.clock);
  Engine engine(server, config, observability);
  report_dependencies(observability, readiness);
  std::optional<Admin> admin;
  if (loaded.origins.at("server.metrics_port") != "default") {
    // Each MCP client starts its own copy, so the port may be another copy's: no reason not to
    // serve.
    try {
      admin.emplace(config.server, observability, readiness);
      auto const port = admin->open();
      log.info("listening",
               {{"endpoint", "private"}, {"port", port}, {"bind", config.server.metrics_bind}});
    } catch (std::runtime_error const& error) {
      log.warning("metrics_not_listening", {{"reason", error.what()}});
    }
  }
  transport::StdioOptions options;
  options.out = take_stdout();
  options.lines.max_line_bytes = config.server.max_request_size;
  options.rejected = refusal_reporter(observability);
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
    if (why == Wakeup::reload) re_read(reload, config, observability, engine, fronting.get());
  }
  readiness.drain();
  stdio.stop_reading();
  engine.dispatcher.end_subscriptions();
  bool const clean = wait_for(signals, observability, config.drain.timeout, [&] {
    return engine.dispatcher.open() == 0 && engine.workers.busy() == 0;
  });
  if (!clean) {
    log.warning("drain_timeout",
                {{"running", engine.dispatcher.running()}, {"workers", engine.workers.busy()}});
    cancel_calls(engine, signals, observability);
  }
  stdio.flush();
  end_process(clean, {fronting.get(), redis.get()}, signals, observability, threads);
  return 0;
}

}  // namespace rampart::runtime
