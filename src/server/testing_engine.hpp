// A server without transports: the dispatcher and all it works with, on a loop that the test's own
// thread polls.
#pragma once
#include <atomic>

#include "rampart/testing.hpp"
#include "server/dispatcher.hpp"

namespace rampart::testing {

/// One thread, but for the workers and the counts.
class Engine {
 public:
  Engine(Server& server, Options const& options);
  /// Cancels what still runs.
  ~Engine();

  /// Runs what is ready and lets deadlines pass.
  void poll();
  /// Polls until `done`; throws std::runtime_error when that takes 30 s of real time.
  void run_until(std::function<bool()> const& done);

  FakeClock* const clock;
  async::Loop loop;
  server::Sessions sessions;
  server::Subscriptions subscriptions;
  async::WorkerPool workers;
  crypto::Sealer const sealer;
  std::atomic<int> hits = 0, misses = 0, bypasses = 0, stale = 0;
  server::ResultCache cache;
  server::Pipeline pipeline;
  server::Dispatcher dispatcher;
};

/// The messages of one request, as a transport would send them. Thread-safe.
class Inbox final : public server::Channel {
 public:
  void message(std::string json) override;
  void reply(server::Reply reply) override;
  bool can_stream() const override { return true; }

  std::vector<std::string> take_messages();
  /// The reply, once it is there.
  std::optional<server::Reply> const& ended() const { return reply_; }

 private:
  std::mutex mutex_;
  std::vector<std::string> messages_;
  std::optional<server::Reply> reply_;
};

}  // namespace rampart::testing
