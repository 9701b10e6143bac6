#include "server/testing_engine.hpp"

#include <stdexcept>

#include "rampart/server.hpp"

namespace rampart::testing {
namespace {

constexpr unsigned worker_threads = 4;
constexpr std::size_t worker_queue = 1'024;
constexpr std::chrono::seconds patience{30};      // of real time
constexpr std::chrono::milliseconds one_wait{5};  // until deadlines are looked at again

policy::MemoryCache::Options cache_options(Options const& options) {
  policy::MemoryCache::Options out;
  out.ttl = options.cache_ttl;
  return out;
}

server::DispatcherOptions dispatcher_options(Options const& options) {
  server::DispatcherOptions out;
  out.request_timeout = options.request_timeout;
  out.max_rounds = options.max_rounds;
  out.error_detail = true;  // a test wants to read what a handler threw
  return out;
}

void count(Engine& engine, base::CacheOutcome outcome) {
  if (outcome == base::CacheOutcome::hit) ++engine.hits;
  if (outcome == base::CacheOutcome::miss) ++engine.misses;
  if (outcome == base::CacheOutcome::bypass) ++engine.bypasses;
}

}  // namespace

Engine::Engine(Server& server, Options const& options)
    : clock(options.clock),
      loop(options.clock ? static_cast<Clock const&>(*options.clock) : base::system_clock()),
      sessions(server::SessionLimits{}),
      subscriptions(sessions, 1'024),
      workers(worker_threads, worker_queue),
      sealer({crypto::SealingKey::random()}),
      cache(
          cache_options(options), [this](base::CacheOutcome outcome) { count(*this, outcome); },
          [this](base::StaleReason) { ++stale; }),
      dispatcher(
          server::Services{
              server.registry(), sessions, subscriptions, workers, sealer, cache, pipeline, {}},
          dispatcher_options(options)) {}

Engine::~Engine() {
  dispatcher.cancel_all(server::CancelReason::drain);
  loop.poll();
  workers.join();
  while (loop.poll() > 0) {
  }
}

void Engine::poll() {
  loop.poll();
  loop.sweep();
}

void Engine::run_until(std::function<bool()> const& done) {
  auto const limit = base::system_clock().now() + patience;
  for (;;) {
    poll();
    if (done()) return;
    if (base::system_clock().now() > limit)
      throw std::runtime_error("rampart::testing: no answer within 30 s");
    loop.context().run_one_for(one_wait);
  }
}

void Inbox::message(std::string json) {
  std::lock_guard const lock(mutex_);
  if (!reply_) messages_.push_back(std::move(json));
}

void Inbox::reply(server::Reply reply) {
  std::lock_guard const lock(mutex_);
  reply_ = std::move(reply);
}

std::vector<std::string> Inbox::take_messages() {
  std::lock_guard const lock(mutex_);
  return std::exchange(messages_, {});
}

}  // namespace rampart::testing
