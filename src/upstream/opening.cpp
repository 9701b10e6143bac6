// Opening instances, and what is remembered of the era from one opening to the next
// (basic/versioning: a verdict may be cached, and is asked for again when it no longer serves).
#include "upstream/upstream.hpp"

namespace rampart::upstream {
namespace {

/// A legacy HTTP server may be a modern one after its next update, and still take a handshake.
constexpr std::chrono::hours legacy_verdict_life{1};
constexpr std::chrono::seconds open_anew_again{5};  ///< at the earliest after the last time
constexpr std::chrono::seconds open_anew_patience{5};

}  // namespace

Probe Upstream::configured_probe() const {
  switch (config_.era) {
    case config::UpstreamEra::modern:
      return Probe::modern;
    case config::UpstreamEra::legacy:
      return Probe::legacy;
    case config::UpstreamEra::automatic:
      break;
  }
  return Probe::automatic;
}

Task<Result<Upstream::InstancePtr>> Upstream::open(InstanceKey key) {
  auto const began = services_.loop.now();
  auto instance = std::make_shared<Instance>(next_number_++, std::move(key), began);
  meters_.children.add(1);
  opening_.push_back(instance);
  auto connected = co_await connect(instance);
  std::erase(opening_, instance);
  if (!connected) {
    meters_.children.add(-1);
    co_return Failure(connected.error());
  }
  instance->ready = true;
  if (log_level_) instance->connection->set_log_level(*log_level_);
  instance->idle_since = services_.loop.now();
  auto const& greeting = instance->greeting();
  auto const took =
      std::chrono::duration_cast<std::chrono::milliseconds>(services_.loop.now() - began);
  log_.info("upstream_ready", {{"upstream", config_.name},
                               {"protocol_version", protocol::name(greeting.version)},
                               {"instance", instance->number},
                               {"duration_ms", took.count()}});
  co_return instance;
}

Probe Upstream::known_era() const {
  bool const old = !main_ && config_.kind != config::UpstreamKind::stdio &&
                   probe_ == Probe::legacy && services_.loop.now() - judged_ >= legacy_verdict_life;
  return old ? configured_probe() : probe_;
}

// A server that dies of the first question is given another chance without it, one that answered it
// too late another as what it is, and so is an HTTP server that knows neither era's single
// endpoint.
Task<Result<void>> Upstream::connect(InstancePtr instance) {
  ConnectionOptions options;
  options.capabilities = instance->key.capabilities;
  options.client_version = services_.client_version;
  options.handshake_timeout = config_.timeouts.handshake;
  options.probe_timeout = config_.timeouts.probe;
  auto const known = known_era();
  options.probe = known;
  auto const on_error_line = [this](std::string line) {
    log_.info("upstream_stderr", {{"upstream", config_.name}, {"line", line}});
  };
  bool older = config_.kind == config::UpstreamKind::sse;
  for (int attempt = 0;; ++attempt) {
    auto opened = services_.links.open(config_, older, on_error_line);
    if (!opened) co_return Failure(opened.error());
    instance->child = opened->child;
    instance->closed = false;
    instance->connection = std::make_unique<Connection>(services_.loop, std::move(opened->link),
                                                        options, hooks_of(instance));
    auto greeting = co_await instance->connection->open();
    if (greeting && stopping_) co_return fail(Errc::cancelled, "the gateway stops");
    if (greeting) {
      probe_ = greeting->modern() ? Probe::modern : Probe::legacy;
      if (known == Probe::automatic) judged_ = services_.loop.now();
      co_return Result<void>();
    }
    bool const died = instance->connection->died_of_probe();
    bool const pair = config_.kind == config::UpstreamKind::streamable_http &&
                      instance->connection->not_streamable() && !older;
    bool const slow = instance->connection->slow_to_start();
    if (attempt > 0 || stopping_ || (!died && !slow && !pair)) {
      probe_ = configured_probe();  // what was known of it may not hold any more
      co_return Failure(greeting.error());
    }
    options.probe = slow ? Probe::modern : Probe::legacy;
    older = pair;
  }
}

void Upstream::retire_all() {
  log_.warning("upstream_replaced", {{"upstream", config_.name}});
  meters_.restart(RestartReason::recycle);
  probe_ = configured_probe();
  auto const others = others_;
  for (auto const& instance : others)
    if (instance->usable()) retire(instance);
  if (main_ && main_->usable()) retire(main_);
  changed_.notify_all();
}

Task<void> Upstream::open_anew(std::stop_token stop) {
  auto const now = services_.loop.now();
  if (main_ && main_->usable() && now >= next_opening_anew_) {
    next_opening_anew_ = now + open_anew_again;
    retire_all();
  }
  auto const until = now + open_anew_patience;
  auto const there = [this] { return main_ && main_->usable() && !refresh_running_; };
  while (!there() && !stopping_ && !stop.stop_requested() && services_.loop.now() < until)
    co_await changed_.wait(until);
}

}  // namespace rampart::upstream
