#include "runtime/production.hpp"

#include <unistd.h>

#include "async/spawn.hpp"
#include "runtime/allocator.hpp"
#include "runtime/serve.hpp"

namespace rampart::runtime {

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
