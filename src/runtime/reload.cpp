#include "runtime/reload.hpp"

#include "config/difference.hpp"
#include "config/value.hpp"

namespace rampart::runtime {
namespace {

/// What a restart would change, by name: values may be secrets.
void name_what_stays(config::Config const& started, config::Config const& now,
                     base::Logger const& log) {
  std::string keys;
  for (auto const key : config::differing_keys(started, now))
    if (!config::read_again(key)) (keys += keys.empty() ? "" : ", ") += key;
  if (!keys.empty()) log.warning("reload_needs_restart", {{"keys", keys}});
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

}  // namespace

void re_read(Reload const& reload, config::Config const& started, Observability& observability,
             Engine& engine, Fronting* fronting) {
  auto const& log = observability.log;
  if (observability.audit) {
    auto const opened = observability.audit->reopen();
    if (!opened) log.error("audit_not_reopened", {{"reason", opened.error().message}});
  }
  auto const loaded = reload();
  if (!loaded) return log.error("reload_failed", {{"reason", loaded.error().message}});
  auto const& config = loaded->config;
  log.set_level(config.log.level);
  engine.take_up(config);
  for (auto const& secret : config::secret_values(config)) observability.secrets.add(secret);
  if (fronting)
    fronting->reload(config);
  else if (!config.upstreams.empty())
    warn_of_first_upstreams(config, log);
  name_what_stays(started, config, log);
  log.info("reloaded", {{"log_level", base::to_string(config.log.level)},
                        {"upstreams", fronting ? config.upstreams.size() : 0}});
}

}  // namespace rampart::runtime
