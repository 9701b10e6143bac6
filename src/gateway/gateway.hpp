// The upstreams of a process in one catalogue: starts and stops them, and publishes what they offer
// beside the server's own tools. Loop thread only, except where it says otherwise.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/bridge.hpp"
#include "gateway/names.hpp"
#include "protocol/translate_descriptor.hpp"
#include "server/registry.hpp"
#include "upstream/upstream.hpp"

namespace rampart::gateway {

struct Options {
  config::PrefixRule prefix = config::PrefixRule::automatic;
  std::string separator = "__";
};

class Gateway {
 public:
  Gateway(upstream::Services services, server::Registry& registry,
          std::vector<config::Upstream> upstreams, Options options);
  ~Gateway();

  /// How long those that have told what they offer wait for the others at the start.
  static constexpr std::chrono::seconds opening_patience{10};
  /// `settled`: every upstream has told what it offers, or failed to; or some have, and
  /// opening_patience is over.
  void start(std::function<void()> settled);
  /// The configuration was read again. Upstreams that are described as before go on with their
  /// calls; new and changed ones come in when they have told what they offer, or failed to; those
  /// that are left out or replaced end after their calls.
  void reload(std::vector<config::Upstream> wanted, Options options);
  /// `stopped` is called when no child is left, or none that listens to reason.
  void stop(std::function<void()> stopped);

  /// Clients watch this resource, or no longer.
  void watch(std::string const& uri, bool on);

  /// The roots of this client are others now.
  void roots_changed(upstream::Caller const& caller);

  /// Every required upstream is available, and at least one is. Any thread.
  bool ready() const { return ready_; }
  /// Some upstream is not available. Any thread.
  bool degraded() const { return degraded_; }
  std::size_t parked() const { return bridge_.parked(); }
  std::vector<std::shared_ptr<upstream::Upstream>> const& upstreams() const { return upstreams_; }

 private:
  using UpstreamPtr = std::shared_ptr<upstream::Upstream>;

  UpstreamPtr make(config::Upstream config);
  void on_settled(upstream::Upstream* upstream);
  void open_if_settled();
  // reload.cpp
  void adopt(UpstreamPtr const& fresh);
  void leave(UpstreamPtr const& upstream);
  void look_at_leaving();
  void let_go(UpstreamPtr const& upstream);
  bool may_know(UpstreamPtr const& upstream, std::string const& uri) const;
  void follow(std::string const& uri);
  void publish(upstream::ListKinds said);
  server::ForeignSet set_of(UpstreamPtr const& upstream, Names& tools, Names& prompts);
  void add_tools(UpstreamPtr const& upstream, Names& names, server::ForeignSet& set);
  void add_resources(UpstreamPtr const& upstream, server::ForeignSet& set);
  void add_prompts(UpstreamPtr const& upstream, Names& names, server::ForeignSet& set);
  std::shared_ptr<server::Tool const> make_tool(UpstreamPtr const& upstream, std::string exposed,
                                                protocol::Descriptor described,
                                                std::vector<protocol::MirroredParam> mirrored);
  /// The published name; nullopt: hidden, with a warning.
  std::optional<std::string> expose(upstream::Upstream const& upstream, Names& names,
                                    std::string const& name);
  std::string prefix_of(upstream::Upstream const& upstream) const;
  std::shared_ptr<server::Foreign> item(Target target, bool completes);
  void merge_instructions();
  void publish_own();
  void judge();
  void warn_once(upstream::Upstream const& upstream, std::string const& what,
                 std::string const& why);

  upstream::Services const services_;
  server::Registry& registry_;
  Options options_;
  base::Logger const log_;
  std::string const own_instructions_;
  Bridge bridge_;
  std::vector<UpstreamPtr> upstreams_;  ///< in the order of the configuration
  std::vector<UpstreamPtr> fresh_;      ///< from a reload, not yet settled
  struct Leaving {
    UpstreamPtr upstream;
    base::Steady::time_point limit;
    bool stopping = false;
  };
  std::vector<Leaving> leaving_;
  async::Deadline next_look_;
  async::Deadline opening_;
  base::Steady::time_point open_late_{};
  std::vector<std::string> order_;  ///< names, as configured
  std::set<std::string> watched_;
  /// Who was asked to tell of a watched resource, and who lists which: keys, not to be followed.
  std::map<std::string, std::set<upstream::Upstream const*>> asked_;
  std::map<upstream::Upstream const*, std::set<std::string, std::less<>>> listed_;
  std::size_t published_ = 0;  ///< sets in the registry
  std::map<std::string, std::size_t>
      numbers_;  ///< of tools by upstream and name: the same after a refresh
  std::set<std::string> warned_;
  std::set<upstream::Upstream const*> unsettled_;  ///< of those there from the start
  std::function<void()> on_settled_;
  bool stopping_ = false;
  std::size_t running_ = 0;
  std::function<void()> stopped_;
  std::atomic<bool> ready_ = false;
  std::atomic<bool> degraded_ = true;
};

}  // namespace rampart::gateway
