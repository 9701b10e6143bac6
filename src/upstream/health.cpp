// Is the upstream well? A probe on the live connection now and then; a call that was answered is as
// good as one.
#include <algorithm>

#include "base/random.hpp"
#include "policy/jitter.hpp"
#include "upstream/upstream.hpp"

namespace rampart::upstream {
namespace {

using namespace std::chrono_literals;

constexpr auto measure_every = 5s;       ///< memory, idle instances
constexpr int probes_until_restart = 3;  ///< failed ones in a row replace a child
constexpr double jitter = 0.2;           ///< share of the interval that chance may take off

base::Steady::duration jittered(base::Steady::duration interval) {
  return interval - policy::share_of(interval, jitter * policy::fraction_of(base::random_u64()));
}

}  // namespace

void Upstream::note_health(bool well) {
  meters_.availability.set(well ? 1 : 0);
  failed_probes_ = well ? 0 : failed_probes_ + 1;
  meters_.consecutive_failures.set(failed_probes_);
  if (available_.exchange(well) == well) return;
  log_.log(well ? base::Level::info : base::Level::warning,
           well ? "upstream_available" : "upstream_unavailable",
           std::array{base::Field("upstream", config_.name)});
  if (hooks_.availability_changed) hooks_.availability_changed();
}

// An instance of its own kind says nothing about the shared one, which probes are about.
void Upstream::called(Instance const& instance, bool answered) {
  if (!answered || &instance != main_.get()) return;
  last_answer_ = services_.loop.now();
  if (!available_ || failed_probes_ > 0) note_health(true);
}

/// Of all its children.
std::uint64_t Upstream::resident_bytes() const {
  std::uint64_t sum = 0;
  auto const add = [&sum](InstancePtr const& instance) {
    if (instance && instance->child) sum += instance->child->resident_bytes().value_or(0);
  };
  add(main_);
  std::ranges::for_each(others_, add);
  std::ranges::for_each(retiring_, add);
  return sum;
}

Task<void> Upstream::watch_health() {
  auto next_probe = services_.loop.now() + jittered(config_.health_interval);
  auto next_measure = services_.loop.now() + measure_every;
  while (!stopping_) {
    bool const probes = config_.health_interval > 0ms;
    auto const until = probes ? std::min(next_measure, next_probe) : next_measure;
    co_await changed_.wait(until);
    auto const now = services_.loop.now();
    if (stopping_) break;
    if (now >= next_measure) {
      next_measure = now + measure_every;
      reap();
      if (read_again_ && available_) ask_refresh();
      lane_.circuit->show();
      for (auto const& [tool, lane] : tool_lanes_) lane.circuit->show();
      meters_.resident_bytes.set(static_cast<double>(resident_bytes()));
    }
    if (config_.health_interval == 0ms || now < next_probe) continue;
    next_probe = now + jittered(config_.health_interval);
    if (now - last_answer_ < config_.health_interval) continue;
    co_await probe();
  }
}

void Upstream::timed_out(InstancePtr const& instance) {
  if (instance == main_ || !instance->usable() || std::exchange(instance->doubted, true)) return;
  async::spawn(services_.loop, tasks_, "doubt instance", doubt(instance));
}

// The shared instance is probed now and then; of the others one that hangs would be lent again and
// again.
Task<void> Upstream::doubt(InstancePtr instance) {
  auto const answer =
      co_await instance->connection->check(services_.loop.now() + config_.timeouts.probe);
  instance->doubted = false;
  if (answer || stopping_ || instance->closed) co_return;
  log_.warning("upstream_probe_failed", {{"upstream", config_.name},
                                         {"instance", instance->number},
                                         {"reason", answer.error().message}});
  meters_.restart(RestartReason::unhealthy);
  end_now(*instance);
}

void Upstream::end_now(Instance& instance) {
  if (instance.child)
    instance.child->kill();
  else
    instance.connection->close();
}

Task<void> Upstream::probe() {
  auto const instance = main_;
  if (!instance || !instance->usable()) co_return;
  auto const began = services_.loop.now();
  auto answer = co_await instance->connection->check(began + config_.timeouts.probe);
  if (stopping_ || instance->closed) co_return;
  if (answer) {
    meters_.health_check(HealthStatus::success);
    meters_.response_time(instance->greeting().modern() ? "server/discover" : "ping",
                          services_.loop.now() - began);
    note_health(true);
    co_return;
  }
  bool const late = answer.error().code == Errc::deadline;
  meters_.health_check(late ? HealthStatus::timeout : HealthStatus::error);
  log_.warning("upstream_probe_failed",
               {{"upstream", config_.name}, {"reason", answer.error().message}});
  note_health(false);
  if (failed_probes_ < probes_until_restart) co_return;
  unhealthy_ = true;
  end_now(*instance);
}

}  // namespace rampart::upstream
