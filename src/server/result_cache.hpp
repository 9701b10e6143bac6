// Answers that may be kept: cache-aside, one run for all who want the same thing at the same time,
// and answers past their time where that is allowed. Thread-safe; calls are touched on their loops
// only.
#pragma once
#include <concepts>
#include <functional>
#include <memory>
#include <string>

#include "base/mcp_metrics.hpp"
#include "policy/memory_cache.hpp"
#include "policy/single_flight.hpp"
#include "protocol/cache_hints.hpp"
#include "rampart/error.hpp"
#include "server/cache_question.hpp"
#include "server/shared_cache.hpp"

namespace rampart::server {

class Call;
struct Rendered;

class ResultCache {
 public:
  using Count = std::function<void(base::CacheOutcome)>;
  using CountStale = std::function<void(base::StaleReason)>;
  /// Finds the answer out: lets the call run.
  using Run = std::function<void(Call&)>;

  /// `options.ttl` of zero turns the cache off.
  ResultCache(policy::MemoryCache::Options options, Count count, CountStale count_stale);
  /// Under the memory from now on; before the first call, and it outlives the last.
  void share(SharedCache& shared) { shared_ = &shared; }
  /// Null without one.
  SharedCache const* shared() const { return shared_; }

  /// Answers from the cache, or runs the call once for everybody who waits for the same.
  /// `prepare` makes the Run if it comes to that; a Run may be called later, for other calls, and
  /// perhaps never.
  template <std::invocable Prepare>
  void run(Call& call, CacheQuestion question, Prepare&& prepare) {
    if (off()) {
      bypass();
      return prepare()(call);
    }
    auto const given = look(call, question);
    if (given == Given::fresh) return;
    bool const stale = given == Given::stale;
    auto const plan = std::make_shared<Plan const>(Plan{std::move(question), prepare(), stale});
    stale ? revalidate(call, plan) : join(call, plan);
  }
  /// A call that may not be answered from the cache.
  void bypass() const { count_(base::CacheOutcome::bypass); }

 private:
  using Value = policy::MemoryCache::Value;
  using Outcome = base::CacheOutcome;
  enum class Given { fresh, stale, nothing };
  struct Plan {
    CacheQuestion question;
    Run run;
    bool counted = false;  ///< it was answered, and is asked again by nobody
  };
  using PlanPtr = std::shared_ptr<Plan const>;
  struct Found {
    policy::MemoryCache::Found in_memory;
    bool is_public = false;
  };
  /// How a leader's run ended for those who wait.
  struct Landing {
    Value value;                      ///< the answer, or null
    Outcome outcome = Outcome::miss;  ///< of the leader's lookup, which was everybody's
    bool abandoned = false;  ///< the leader left before its run ended: somebody else leads now
    bool stale = false;      ///< an old answer, as the leader's run failed
    std::optional<protocol::CacheHints> hints = {};
  };
  using Flights = policy::SingleFlight<Landing>;
  using Leader = std::shared_ptr<Flights::Flight>;

  bool off() const { return ttl_ <= base::Steady::duration::zero(); }
  bool shares(CacheQuestion const& question) const { return shared_ && !question.hinted; }
  /// With a shared level a lookup is counted when that has answered.
  void count_late(Plan const& plan, Outcome outcome) const {
    if (shares(plan.question) && !plan.counted) count_(outcome);
  }
  Found find(CacheQuestion const& question, base::Steady::time_point now);
  Given look(Call& call, CacheQuestion const& question);
  void revalidate(Call const& call, PlanPtr const& plan);
  void join(Call& call, PlanPtr const& plan);
  void land(Call& call, PlanPtr const& plan, Landing const& landing);
  void begin(Call& call, PlanPtr const& plan, Flights::Flight flight);
  void lead(Call& call, PlanPtr const& plan, Leader const& leader, Outcome outcome);
  void told_by_shared(Call& call, PlanPtr const& plan, Leader const& leader,
                      SharedCache::Found const& found);
  Landing landed(async::Loop& loop, CacheQuestion const& question, Result<Rendered>& outcome);
  bool replace_by_stale(CacheQuestion const& question, Result<Rendered>& outcome,
                        base::Steady::time_point now);
  void keep(async::Loop& loop, CacheQuestion const& question, Value const& value);
  std::chrono::milliseconds lifetime() const;

  base::Steady::duration const ttl_;
  policy::MemoryCache cache_;
  Flights flights_;
  Count const count_;
  CountStale const count_stale_;
  SharedCache* shared_ = nullptr;
};

}  // namespace rampart::server
