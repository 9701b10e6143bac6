#include "runtime/fronting.hpp"

#include <unistd.h>

#include "server/registry.hpp"

namespace rampart::runtime {
namespace {

gateway::Options options_of(config::Config const& config) {
  gateway::Options options;
  options.prefix = config.gateway.prefix;
  options.separator = config.gateway.separator;
  return options;
}

std::vector<config::Upstream> upstreams_of(config::Config const& config, bool one_client) {
  auto out = config.upstreams;
  for (auto& upstream : out) upstream.share_roots |= one_client;
  return out;
}

}  // namespace

Fronting::Fronting(Server& server, config::Config const& config, Observability& observability,
                   process::Spawner& spawner, async::Loop& loop, bool one_client)
    : loop_(loop),
      one_client_(one_client),
      links_(loop, spawner, inherited_environment(environ)),
      meters_(observability.metrics),
      gateway_(upstream::Services{loop, links_, meters_, observability.log,
                                  server.registry().info().version},
               server.registry(), upstreams_of(config, one_client), options_of(config)),
      opening_(loop) {}

void Fronting::start() {
  loop_.post([this] {
    gateway_.start([this] {
      opening_.open();
      if (then_) std::exchange(then_, nullptr)();
    });
  });
}

void Fronting::when_open(std::function<void()> then) {
  if (opening_.is_open()) return then();
  then_ = std::move(then);
}

void Fronting::watch(std::string const& uri, bool wanted) {
  // Not later where that can be: the client's next call may be read before what is posted runs.
  loop_.dispatch([this, uri, wanted] { gateway_.watch(uri, wanted); });
}

void Fronting::roots_changed(upstream::Caller caller) {
  loop_.dispatch([this, caller = std::move(caller)] { gateway_.roots_changed(caller); });
}

void Fronting::reload(config::Config const& config) {
  loop_.post([this, upstreams = upstreams_of(config, one_client_), options = options_of(config)] {
    gateway_.reload(upstreams, options);
  });
}

void Fronting::stop() {
  loop_.post([this] { gateway_.stop([this] { done_ = true; }); });
}

}  // namespace rampart::runtime
