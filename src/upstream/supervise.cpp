// Keeping instances alive: restarts with their delays, replacement of old ones, ends of idle ones.
#include <algorithm>

#include "base/random.hpp"
#include "upstream/upstream.hpp"

namespace rampart::upstream {
namespace {

using namespace std::chrono_literals;

constexpr auto replacement_check = 1s;
constexpr auto idle_limit = 60s;  ///< of instances beyond limits.idle_children

}  // namespace

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
      answered = instance->answered;
      reason = RestartReason::exit;
      if (unhealthy_) reason = RestartReason::unhealthy;
      if (instance->retiring) continue;  // its successor is wanted at once
    } else {
      last_error_ = opened.error();
      settle();
      if (!stopping_)
        log_.warning("upstream_failed_to_start", {{"upstream", config_.name},
                                                  {"reason", last_error_.message},
                                                  {"detail", last_error_.detail}});
    }
    if (stopping_) break;
    meters_.restart(reason);
    note_health(false);
    auto const now = services_.loop.now();
    auto const restart = restarts_.next_delay(!answered && !unhealthy_, now, base::random_u64());
    unhealthy_ = false;
    crash_looping_ = restart.crash_looping;
    next_attempt_ = now + restart.delay;
    if (crash_looping_)
      log_.error("upstream_crash_loop",
                 {{"upstream", config_.name},
                  {"pause_ms",
                   std::chrono::duration_cast<std::chrono::milliseconds>(restart.delay).count()}});
    tell_changed();
    while (!stopping_ && services_.loop.now() < next_attempt_)
      co_await changed_.wait(next_attempt_);
  }
}

Task<void> Upstream::serve_main(InstancePtr instance) {
  main_ = instance;
  greeting_ = instance->greeting();
  reads_.all_changed();  // what its predecessor did not come to tell
  crash_looping_ = false;
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

Task<void> Upstream::open_other(InstanceKey key) {
  // A place in the list while it opens, so that nobody opens a second one for the same key.
  auto const placeholder = std::make_shared<Instance>(0, key, services_.loop.now());
  others_.push_back(placeholder);
  auto opened = co_await open(std::move(key));
  std::erase(others_, placeholder);
  if (opened) {
    others_.push_back(*opened);
  } else {
    last_error_ = opened.error();
    ++failed_opens_;
    if (!stopping_)
      log_.warning("upstream_failed_to_start",
                   {{"upstream", config_.name}, {"reason", last_error_.message}});
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
  auto idle = static_cast<std::size_t>(
      std::ranges::count_if(others_, [](auto const& i) { return i->usable() && i->users == 0; }));
  auto const others = others_;
  for (auto const& instance : others) {
    bool const old =
        instance->usable() && instance->users == 0 && now - instance->idle_since >= idle_limit;
    bool const spent = instance->usable() && due_for_replacement(*instance);
    if (!spent && (!old || idle <= config_.limits.idle_children)) continue;
    --idle;
    retire(instance);
  }
  tell_if_stopped();
}

}  // namespace rampart::upstream
