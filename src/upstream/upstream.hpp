// One configured server: keeps it running, opens further instances where callers need their own,
// knows whether it is well and what it offers. Loop thread only, except stats that say otherwise.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "async/condition.hpp"
#include "async/spawn.hpp"
#include "base/log.hpp"
#include "config/upstream.hpp"
#include "policy/restart_policy.hpp"
#include "policy/retry_budget.hpp"
#include "upstream/catalogue.hpp"
#include "upstream/lane.hpp"
#include "upstream/link_factory.hpp"
#include "upstream/meters.hpp"
#include "upstream/pool.hpp"
#include "upstream/read_revisions.hpp"

namespace rampart::upstream {

/// What all upstreams of a process share; outlives them.
struct Services {
  async::Loop& loop;
  LinkFactory& links;
  MeterFamilies& meters;
  base::Logger log;
  std::string client_version;
};

/// Lists of a catalogue.
struct ListKinds {
  bool tools = false, resources = false, prompts = false;
};

/// When what died is started again.
policy::RestartPolicy::Options restart_options(config::UpstreamKind kind);

class Upstream {
 public:
  /// Told on the loop. Set before start().
  struct Hooks {
    /// `said`: the upstream said that these lists changed, whether or not they look different now.
    std::function<void(ListKinds said)> catalogue_changed;
    std::function<void(std::string const& uri)> resource_updated;
    std::function<void()> availability_changed;
    /// A caller waits while all that could serve it is taken: of the calls that only wait for a
    /// person the oldest should give way, if there are at least so many.
    std::function<void(std::size_t at_least)> crowded;
    /// Once: the first catalogue was read, or the first attempt to start failed.
    std::function<void()> settled;
  };

  Upstream(Services services, config::Upstream config, Hooks hooks);
  ~Upstream();

  void start();
  /// Ends all instances politely; `stopped` is called when the last one is gone.
  void stop(std::function<void()> stopped);

  /// Lets go of all instances at once; what still holds this may then outlive loop and services.
  void drop();

  config::Upstream const& config() const { return config_; }
  std::string const& name() const { return config_.name; }
  async::Loop& loop() const { return services_.loop; }

  /// An instance for a call of `caller`; waits for a restart, a free one, or a new one. Errors:
  /// unavailable, deadline, cancelled when `stop` was requested.
  Task<Result<Lease>> lease(Caller const& caller, base::Steady::time_point deadline,
                            std::stop_token stop);

  /// What it offers, as last read; kept while it is away.
  Catalogue const& catalogue() const { return catalogue_; }
  std::optional<Greeting> const& greeting() const { return greeting_; }
  /// Somebody asked for lists: those whose time has passed are read again, beside it.
  void renew_lists();
  ReadRevisions& reads() { return reads_; }

  /// A call heard that another server stands at the address now (is_another_server): opens it anew
  /// as if nothing were known of it, but not more often than every few seconds, and waits, a few
  /// seconds at most, until it is there and its lists are read. Calls in flight go on.
  Task<void> open_anew(std::stop_token stop);

  /// Answered its last probe or call. Any thread.
  bool available() const { return available_; }
  /// A call to this instance was answered, or ended without an answer: as good as a probe.
  void called(Instance const& instance, bool answered);
  /// A call to it was not answered in time: it is asked for a sign of life, or replaced.
  void timed_out(std::shared_ptr<Instance> const& instance);

  /// Clients watch this resource (or no longer): the upstream is asked to tell of its changes.
  void watch(std::string const& uri, bool on);
  /// The roots of this client are others now: those instances hear of it that may know them.
  void roots_changed(Caller const& caller);
  /// The most verbose level any client wants.
  void want_log_level(LogLevel level);

  /// What bounds calls of `tool`, by the upstream's own name; of everything else with "".
  Lane& lane(std::string_view tool);
  /// Its own first, then those of tools.
  std::vector<Circuit const*> circuits() const;
  policy::RetryBudget& retry_budget() { return retry_budget_; }
  Bulkhead& bulkhead() { return bulkhead_; }
  Meters& meters() { return meters_; }
  base::Logger const& log() const { return log_; }
  bool stopping() const { return stopping_; }

 private:
  using InstancePtr = std::shared_ptr<Instance>;

  /// To open one kind of instance: the shared one, or one for a key.
  struct Attempts {
    policy::RestartPolicy restarts;
    base::Steady::time_point next{};  ///< not before
    bool crash_looping = false;
    Error last = {};  ///< why there is none
  };

  // opening.cpp
  Task<Result<InstancePtr>> open(InstanceKey key);
  Task<Result<void>> connect(InstancePtr instance);
  Probe configured_probe() const;
  Probe known_era() const;
  void retire_all();

  // upstream.cpp
  Connection::Hooks hooks_of(InstancePtr const& instance);
  void on_closed(InstancePtr const& instance, Error const& why);
  void tell_if_stopped();

  // supervise.cpp
  Task<void> supervise();
  Task<void> serve_main(InstancePtr instance);
  Task<void> replace_when_due();
  bool due_for_replacement(Instance const& instance) const;
  Task<void> open_other(InstanceKey key);
  void failed_to_open(Attempts& attempts, bool died_early);
  Attempts* attempts_of(InstanceKey const& key);
  void retire(InstancePtr const& instance);
  void reap();
  void tell_changed();

  // upstream.cpp, leases
  struct Turn;
  Result<Lease> try_lease(Caller const& caller, std::uint64_t turn);
  InstancePtr find(Need const& need);
  void ask_for_another(InstanceKey const& key);
  Lease lend(InstancePtr const& instance, bool exclusive);
  Attempts const* missing(Caller const& caller);
  Error unavailable(Attempts const* missing) const;

  // lanes.cpp
  void watch_places();
  void crowded(Bulkhead const& places) const;
  Lane lane_of(std::string const& tool, config::Upstream::Override const& rules);

  // health.cpp
  Task<void> watch_health();
  Task<void> probe();
  Task<void> doubt(InstancePtr instance);
  void end_now(Instance& instance);
  std::uint64_t resident_bytes() const;
  void note_health(bool well);
  void settle();

  // refresh.cpp
  Task<void> refresh();
  Task<void> read_offers_to_askable_clients();
  /// A stream of changes of a modern upstream.
  struct Stream {
    std::shared_ptr<Exchange> exchange;
    std::set<std::string> uris;
    bool unknown = false;  ///< the upstream has no such thing
  };
  Task<void> keep_listening();
  Task<void> keep_listening_to(InstancePtr instance);
  Task<void> take_over(std::shared_ptr<Stream> fresh, std::shared_ptr<Stream> old, bool lost);
  void in_force(Stream const& fresh, Stream const* old);
  bool watches_settled() const { return subscribing_ == 0 && !filter_changing_; }
  void ask_refresh();
  Task<void> subscribe_all();
  Task<void> subscribe(std::string uri, bool on);

  Services const services_;
  config::Upstream const config_;
  Hooks const hooks_;
  base::Logger const log_;
  Meters meters_;
  Lane lane_;
  std::map<std::string, Lane, std::less<>> tool_lanes_;
  policy::RetryBudget retry_budget_;
  Bulkhead bulkhead_;
  async::TaskGroup tasks_;
  async::Condition changed_;  ///< an instance came, went or is due for replacement; stopping
  async::Condition freed_;  ///< what lease() waits for: the same, or a call gave its instance back

  InstancePtr main_;
  std::vector<InstancePtr> others_;
  std::vector<InstancePtr> retiring_;
  std::vector<InstancePtr> opening_;
  std::uint64_t next_number_ = 1;
  std::uint64_t next_turn_ = 1;
  std::set<std::uint64_t> alone_;      ///< turns of callers that wait to be alone on the shared one
  Probe probe_ = Probe::automatic;     ///< what is known of its era, or what the configuration says
  base::Steady::time_point judged_{};  ///< when it was found out
  base::Steady::time_point next_opening_anew_{};
  std::optional<Greeting> greeting_;
  Catalogue catalogue_;
  bool read_again_ = false;  ///< a list was not to be had: tried again while the upstream is well
  Catalogue only_for_askable_;  ///< what a child offers besides when its client can be asked
  bool askable_read_ = false;
  base::Steady::time_point next_renewal_{};
  ListKinds said_changed_;
  ReadRevisions reads_;
  bool refresh_running_ = false, refresh_again_ = false;
  std::map<std::string, int> watched_;
  int listening_ = 0;             ///< loops that keep a stream of changes
  int subscribing_ = 0;           ///< subscriptions that a legacy upstream has not answered
  bool filter_changing_ = false;  ///< a modern one does not report yet what is watched
  std::optional<LogLevel> log_level_;

  bool stopping_ = false;
  bool settled_ = false;
  Attempts main_attempts_;
  std::vector<std::pair<InstanceKey, Attempts>> other_attempts_;  ///< of those that failed
  bool unhealthy_ = false;  ///< replaced because probes failed
  int failed_probes_ = 0;
  base::Steady::time_point last_answer_{};
  std::atomic<bool> available_ = false;
  std::function<void()> stopped_;
};

}  // namespace rampart::upstream
