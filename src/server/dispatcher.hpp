// From a classified JSON-RPC message to the handler of its method. One per process; all loops use
// it.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "async/spawn.hpp"
#include "async/worker_pool.hpp"
#include "crypto/sealer.hpp"
#include "server/pipeline.hpp"
#include "server/registry.hpp"
#include "server/result_cache.hpp"
#include "server/session.hpp"
#include "server/subscriptions.hpp"

namespace rampart::server {

struct DispatcherOptions {
  std::chrono::milliseconds request_timeout{60'000};  ///< of one run of a handler
  std::chrono::milliseconds ask_timeout{600'000};     ///< waiting for a person, one round
  int max_rounds = 8;                                 ///< re-entries of a handler
  std::chrono::seconds state_ttl{600};
  std::size_t state_bytes = 64 * 1024;
  std::size_t page_size = 1'000;          ///< entries of one list page
  std::chrono::milliseconds list_ttl{0};  ///< ttlMs of lists
  bool digest_arguments = false;          ///< for the audit
  bool error_detail = false;              ///< development: an exception's message reaches the peer
};

/// What the dispatcher works with; all outlive it.
struct Services {
  Registry& registry;
  Sessions& sessions;
  Subscriptions& subscriptions;
  async::WorkerPool& workers;
  crypto::Sealer const& sealer;
  ResultCache& cache;
  Pipeline& pipeline;
  /// Reports an exception that a handler threw.
  std::function<void(Call const&, std::exception_ptr)> on_exception;
  /// A handler failed with a detail that is for the log alone.
  std::function<void(Call const&, Error const&)> on_failure = {};
  /// What handlers write to the server's own log.
  HandlerLog server_log = {};
};

class Dispatcher {
 public:
  Dispatcher(Services services, DispatcherOptions options);
  ~Dispatcher();

  Services const services;
  DispatcherOptions const options;

  /// Starts one request. Its reply goes to incoming.channel, perhaps before this returns. The
  /// transport has checked envelope, _meta and the fixed headers. Loop thread of incoming.loop.
  std::shared_ptr<Call> start(Incoming&& incoming, protocol::Envelope const& envelope);
  /// A request that ends before its method is looked at (header or version rules): it is counted
  /// and logged like any other.
  void refuse(Incoming&& incoming, protocol::Envelope const& envelope, Error const& error,
              int http_status);
  /// A legacy client says that its roots are others now. Set before the first message; called on
  /// any thread.
  std::function<void(Session const&)> on_roots_changed;
  /// notifications/cancelled and the like; unknown ones are ignored.
  void notification(std::shared_ptr<Session> const& session, protocol::Envelope const& envelope);
  /// A legacy client's answer to one of our requests. False: nobody asked.
  bool response(Session& session, protocol::Envelope const& envelope);

  /// Calls that have not finished; subscriptions count apart.
  std::size_t running() const { return running_; }
  /// Calls and subscriptions that have not been answered. Zero: all answers were given and counted.
  std::size_t open() const;
  /// Ends all subscriptions in their era's way, so that a drain can finish. Any thread.
  void end_subscriptions();
  /// Cancels whatever still runs. Any thread.
  void cancel_all(CancelReason reason);

  // For Call.
  void entered(Call& call);
  void left(Call& call);
  async::TaskGroup& tasks(async::Loop& loop);
  /// Runs a plain handler; what it throws is reported and becomes Errc::internal. Any thread.
  Result<Rendered> guarded(Call const& call,
                           std::function<Result<Rendered>(Context&)> const& handler,
                           Context& context);
  Result<Rendered> contain(Call const& call, std::exception_ptr thrown);
  /// Plain handlers that went on after their call had ended.
  std::atomic<std::uint64_t> abandoned = 0;

 private:
  void cancel_live(CancelReason reason, bool subscriptions_only);
  std::shared_ptr<Call> make_call(Incoming&& incoming, protocol::Envelope const& envelope);
  bool pass_stages(Call& call);

  std::atomic<std::size_t> running_ = 0;
  mutable std::mutex mutex_;
  std::unordered_map<Call const*, std::shared_ptr<Call>>
      live_;  ///< those that wait: nobody else need keep them
  std::unordered_map<async::Loop*, std::unique_ptr<async::TaskGroup>> groups_;
};

}  // namespace rampart::server
