// Keeping instances alive: restarts with their delays, replacement of old ones, ends of idle ones.
#include <algorithm>

#include "base/random.hpp"
#include "upstream/upstream.hpp"

namespace rampart::upstream {
namespace {

using namespace std::chrono_literals;

constexpr auto replacement_check = 1s;
constexpr auto proven_after = 60s;  ///< one that lived so long can run, even without a call
constexpr auto idle_limit = 60s;    ///< of instances beyond limits.idle_children
/// Of those that may keep their principal's or session's state: as long as sessions last by
/// default.
constexpr auto idle_limit_with_state = 30min;

}  // namespace

/// A server elsewhere that cannot be reached does not crash: it is asked again for as long as it
/// takes.
policy::RestartPolicy::Options restart_options(config::UpstreamKind kind) {
  policy::RestartPolicy::Options options;
  if (kind != config::UpstreamKind::stdio) options.crash_loop_deaths = 0;
  return options;
}

void Upstream::settle() {
  if (!std::exchange(settled_, true) && hooks_.settled) hooks_.settled();
}

Task<void> Upstream::supervise() {
  while (!stopping_) {
    InstanceKey key;
    key.capabilities = main_capabilities(config_);
    auto opened = co_await open(std::move(key));
    bool answered = false;
    auto reason = RestartReason::failed_start;
    if (opened) {
      auto const instance = *opened;
      co_await serve_main(instance);
      // Where all calls go to instances of their own kind, the shared one never answers any.
      answered = instance->answered || services_.loop.now() - instance->started >= proven_after;
      reason = RestartReason::exit;
      if (unhealthy_) reason = RestartReason::unhealthy;
      if (instance->retiring) continue;  // its successor is wanted at once
    } else {
      main_attempts_.last = opened.error();
      settle();
      if (!stopping_)
        log_.warning("upstream_failed_to_start", {{"upstream", config_.name},
                                                  {"reason", main_attempts_.last.message},
                                                  {"detail", main_attempts_.last.detail}});
    }
    if (stopping_) break;
    meters_.restart(reason);
    note_health(false);
    failed_to_open(main_attempts_, !answered && !unhealthy_);
    unhealthy_ = false;
    tell_changed();
    while (!stopping_ && services_.loop.now() < main_attempts_.next)
      co_await changed_.wait(main_attempts_.next);
  }
}

Task<void> Upstream::serve_main(InstancePtr instance) {
  main_ = instance;
  greeting_ = instance->greeting();
  reads_.all_changed();  // what its predecessor did not come to tell
  main_attempts_.crash_looping = false;
  failed_probes_ = 0;
  meters_.up.set(1);
  note_health(true);
  if (log_level_) instance->connection->set_log_level(*log_level_);
  tell_changed();
  ask_refresh();
  async::spawn(services_.loop, tasks_, "listen upstream", keep_listening());
  while (!instance->closed && !instance->retiring && !stopping_) {
    co_await changed_.wait(services_.loop.now() + replacement_check);
    if (!instance->closed && due_for_replacement(*instance)) {
      meters_.restart(RestartReason::recycle);
      retire(instance);
    }
  }
  if (main_ == instance) main_ = nullptr;
  if (!instance->retiring) meters_.children.add(-1);
  if (!stopping_) meters_.up.set(0);  // else the series may be a successor's already
}

bool Upstream::due_for_replacement(Instance const& instance) const {
  auto const& limits = config_.limits;
  if (limits.max_calls > 0 && instance.calls >= limits.max_calls) return true;
  if (limits.max_age > 0ms && services_.loop.now() - instance.started >= limits.max_age)
    return true;
  if (limits.memory == 0 || !instance.child) return false;
  auto const resident = instance.child->resident_bytes();
  return resident && *resident > limits.memory;
}

/// No further call; it ends with its last one.
void Upstream::retire(InstancePtr const& instance) {
  instance->retiring = true;
  retiring_.push_back(instance);
  std::erase(others_, instance);
  log_.info(
      "upstream_retired",
      {{"upstream", config_.name}, {"instance", instance->number}, {"calls", instance->calls}});
  if (instance->users == 0) instance->connection->close();
}

/// Decides when the next attempt is made.
void Upstream::failed_to_open(Attempts& attempts, bool died_early) {
  auto const now = services_.loop.now();
  auto const restart = attempts.restarts.next_delay(died_early, now, base::random_u64());
  attempts.crash_looping = restart.crash_looping;
  attempts.next = now + restart.delay;
  if (!restart.crash_looping) return;
  log_.error(
      "upstream_crash_loop",
      {{"upstream", config_.name},
       {"pause_ms", std::chrono::duration_cast<std::chrono::milliseconds>(restart.delay).count()}});
}

Upstream::Attempts* Upstream::attempts_of(InstanceKey const& key) {
  auto const found = std::ranges::find(other_attempts_, key, [](auto& one) { return one.first; });
  return found == other_attempts_.end() ? nullptr : &found->second;
}

Task<void> Upstream::open_other(InstanceKey key) {
  // A place in the list while it opens, so that nobody opens a second one for the same key.
  auto const placeholder = std::make_shared<Instance>(0, key, services_.loop.now());
  others_.push_back(placeholder);
  auto opened = co_await open(key);
  std::erase(others_, placeholder);
  if (opened) {
    std::erase_if(other_attempts_, [&](auto const& one) { return one.first == key; });
    others_.push_back(*opened);
    // Calls are translated for the era of the shared instance.
    if (greeting_ && greeting_->modern() != (*opened)->greeting().modern()) retire_all();
  } else {
    if (!attempts_of(key)) {
      if (other_attempts_.size() >= config_.limits.max_children)
        other_attempts_.erase(other_attempts_.begin());
      other_attempts_.emplace_back(key,
                                   Attempts{policy::RestartPolicy(restart_options(config_.kind))});
    }
    auto& attempts = *attempts_of(key);
    attempts.last = opened.error();
    if (!stopping_)
      log_.warning("upstream_failed_to_start",
                   {{"upstream", config_.name}, {"reason", attempts.last.message}});
    failed_to_open(attempts, true);
  }
  tell_changed();
}

/// Forgets what has ended.
void Upstream::reap() {
  auto const gone = [this](InstancePtr const& instance) {
    if (!instance->closed) return false;
    meters_.children.add(-1);
    return true;
  };
  std::erase_if(others_, gone);
  std::erase_if(retiring_, gone);
  auto const now = services_.loop.now();
  bool const shared = config_.mode == config::UpstreamMode::automatic ||
                      config_.mode == config::UpstreamMode::single;
  base::Steady::duration const limit = shared ? idle_limit : idle_limit_with_state;
  auto idle = static_cast<std::size_t>(
      std::ranges::count_if(others_, [](auto const& i) { return i->usable() && i->users == 0; }));
  auto const others = others_;
  for (auto const& instance : others) {
    bool const old =
        instance->usable() && instance->users == 0 && now - instance->idle_since >= limit;
    bool const spent = instance->usable() && due_for_replacement(*instance);
    if (!spent && (!old || idle <= config_.limits.idle_children)) continue;
    --idle;
    retire(instance);
  }
  tell_if_stopped();
}

}  // namespace rampart::upstream
