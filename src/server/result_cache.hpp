// Results of tools that declare themselves cacheable: cache-aside, one run for all who want the
// same thing at the same time. Thread-safe; calls are touched on their loops only.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/mcp_metrics.hpp"
#include "policy/memory_cache.hpp"
#include "policy/single_flight.hpp"
#include "rampart/json.hpp"
#include "server/shared_cache.hpp"

namespace rampart::server {

class Call;
struct Rendered;
struct Tool;

class ResultCache {
 public:
  using Count = std::function<void(base::CacheOutcome)>;
  /// `options.ttl` of zero turns the cache off.
  ResultCache(policy::MemoryCache::Options options, Count count);
  /// Under the memory from now on; before the first call, and it outlives the last.
  void share(SharedCache& shared) { shared_ = &shared; }
  /// Null without one.
  SharedCache const* shared() const { return shared_; }

  /// Answers from the cache, or runs the tool once for everybody who waits for it.
  void run(Call& call, std::shared_ptr<Tool const> const& tool, Node arguments);
  /// A call that may not be answered from the cache.
  void bypass() const { count_(base::CacheOutcome::bypass); }

 private:
  using Value = policy::MemoryCache::Value;
  using Outcome = base::CacheOutcome;
  /// How a leader's run ended for those who wait.
  struct Landing {
    Value value;                      ///< the answer, or null
    Outcome outcome = Outcome::miss;  ///< of the leader's lookup, which was everybody's
    bool abandoned = false;  ///< the leader left before its run ended: somebody else leads now
  };
  using Flights = policy::SingleFlight<Landing>;
  void join(Call& call, std::shared_ptr<Tool const> const& tool, Node arguments, std::string key);
  void land(Call& call, std::shared_ptr<Tool const> const& tool, std::string const& arguments,
            std::string const& key, Landing const& landing);
  void lead(Call& call, std::shared_ptr<Tool const> const& tool, Node arguments, std::string key,
            Flights::Flight flight, Outcome outcome = Outcome::miss);
  void ask_shared(Call& call, std::shared_ptr<Tool const> const& tool, Node arguments,
                  std::string key, Flights::Flight flight);
  void told_by_shared(Call& call, std::shared_ptr<Tool const> const& tool,
                      std::string const& arguments, std::string const& key,
                      std::shared_ptr<Flights::Flight> const& leader,
                      SharedCache::Found const& found);
  void keep(async::Loop& loop, std::string const& key, Value const& value);
  std::chrono::milliseconds lifetime() const;

  base::Steady::duration const ttl_;
  policy::MemoryCache cache_;
  Flights flights_;
  Count const count_;
  SharedCache* shared_ = nullptr;
};

/// SHA-256 over everything a result depends on, as 64 hex digits; the same for every level and
/// process.
std::string cache_key(Call const& call, Tool const& tool, Node arguments);

}  // namespace rampart::server
