#include "upstream/upstream.hpp"

#include <algorithm>

#include "base/random.hpp"

namespace rampart::upstream {
namespace {

/// Nobody waits for an attempt that is further off.
constexpr std::chrono::seconds long_pause{5};
/// A caller that waited so long for an instance makes the calls that wait for a person give theirs
/// up.
constexpr std::chrono::seconds crowded_after{2};
/// How long a call waits for the upstream to report what a client just began to watch.
constexpr std::chrono::seconds watch_patience{1};

policy::AdmissionOptions places(config::Upstream::Limits const& limits) {
  policy::AdmissionOptions options;
  options.max_in_flight = limits.max_in_flight;
  options.max_queue = limits.queue;
  return options;
}

}  // namespace

Upstream::Upstream(Services services, config::Upstream config, Hooks hooks)
    : services_(std::move(services)),
      config_(std::move(config)),
      hooks_(std::move(hooks)),
      log_(services_.log.child("upstream")),
      meters_(services_.meters, config_.name),
      lane_{"upstream " + config_.name,
            config_.timeouts,
            config_.retry,
            config_.stale,
            std::make_shared<Circuit>(services_.loop, services_.meters, config_.name,
                                      config_.breaker),
            nullptr},
      retry_budget_({}, services_.loop.now()),
      bulkhead_(services_.loop, lane_.what, places(config_.limits)),
      changed_(services_.loop),
      freed_(services_.loop),
      probe_(configured_probe()),
      main_attempts_{policy::RestartPolicy(restart_options(config_.kind))} {
  watch_places();
  for (auto const& [tool, rules] : config_.overrides)
    tool_lanes_.emplace(tool, lane_of(tool, rules));
}

Upstream::~Upstream() = default;

void Upstream::start() {
  async::spawn(services_.loop, tasks_, "supervise upstream", supervise());
  async::spawn(services_.loop, tasks_, "watch upstream", watch_health());
}

void Upstream::stop(std::function<void()> stopped) {
  stopping_ = true;
  stopped_ = std::move(stopped);
  auto close = [](InstancePtr const& instance) {
    if (instance && instance->connection) instance->connection->close();
  };
  close(main_);
  for (auto const* const list : {&others_, &retiring_, &opening_}) {
    auto const copy = *list;
    std::ranges::for_each(copy, close);
  }
  tell_changed();
  tasks_.on_empty = [this] { tell_if_stopped(); };
  tell_if_stopped();
}

void Upstream::tell_if_stopped() {
  auto const ended = [](InstancePtr const& instance) {
    return instance->closed || !instance->ready;
  };
  bool const over = tasks_.running() == 0 && std::ranges::all_of(others_, ended) &&
                    std::ranges::all_of(retiring_, ended);
  if (over && stopped_) std::exchange(stopped_, nullptr)();
}

void Upstream::drop() {
  stopping_ = true;
  main_.reset();
  others_.clear();
  retiring_.clear();
  opening_.clear();
}

// --- instances ---------------------------------------------------------------------------------

Connection::Hooks Upstream::hooks_of(InstancePtr const& instance) {
  std::weak_ptr<Instance> const weak = instance;
  Connection::Hooks hooks;
  hooks.list_changed = [this](std::string_view method) {
    said_changed_.tools |= method == "notifications/tools/list_changed";
    bool const resources = method == "notifications/resources/list_changed";
    said_changed_.resources |= resources;
    if (resources) reads_.all_changed();
    said_changed_.prompts |= method == "notifications/prompts/list_changed";
    ask_refresh();
  };
  hooks.resource_updated = [this](std::string uri) {
    reads_.changed(uri);
    if (hooks_.resource_updated) hooks_.resource_updated(uri);
  };
  hooks.closed = [this, weak](Error const& why) {
    if (auto const closed = weak.lock()) on_closed(closed, why);
  };
  hooks.noise = [this](std::string_view what) {
    log_.debug("upstream_noise", {{"upstream", config_.name}, {"line", what}});
  };
  return hooks;
}

void Upstream::on_closed(InstancePtr const& instance, Error const& why) {
  instance->closed = true;
  if (instance == main_) main_attempts_.last = why;
  if (!stopping_ && !instance->retiring && instance->ready)
    log_.warning("upstream_lost", {{"upstream", config_.name},
                                   {"reason", why.message},
                                   {"instance", instance->number},
                                   {"calls", instance->calls}});
  tell_changed();
  // The caller is inside the connection that the instance owns.
  services_.loop.post([this] { reap(); });
}

// --- leases ------------------------------------------------------------------------------------

/// What this caller waits for that has failed; null: what could serve it is taken.
Upstream::Attempts const* Upstream::missing(Caller const& caller) {
  if (!main_ || !main_->usable()) return &main_attempts_;
  auto const need =
      need_of(config_, main_->greeting(), main_->connection->link().attributes_questions(), caller);
  return need.main ? nullptr : attempts_of(need.key);
}

Error Upstream::unavailable(Attempts const* missing) const {
  if (!missing)
    return Error(Errc::overloaded,
                 "all instances of upstream " + config_.name + " that could serve this are taken");
  std::string message = "upstream " + config_.name + " is not available";
  if (!missing->last.message.empty()) message += ": " + missing->last.message;
  auto const left = missing->next - services_.loop.now();
  if (left >= long_pause)
    message += "; the next attempt is in " +
               std::to_string(std::chrono::ceil<std::chrono::seconds>(left).count()) + " s";
  // One that cannot start is given time to recover, as one that answers with failures is.
  Error error(missing->crash_looping ? Errc::circuit_open : Errc::unavailable, std::move(message),
              missing->last.detail);
  if (left > base::Steady::duration::zero())
    error.retry_after = std::chrono::ceil<std::chrono::milliseconds>(left);
  return error;
}

/// A caller's place among those that wait for the shared instance. Without it one that has to be
/// alone there would wait for as long as others come and go.
struct Upstream::Turn {
  explicit Turn(Upstream& of) : of(of), number(of.next_turn_++) {}
  ~Turn() {
    if (of.alone_.erase(number) > 0) of.freed_.notify_all();
  }
  Turn(Turn const&) = delete;
  Turn& operator=(Turn const&) = delete;
  Upstream& of;
  std::uint64_t const number;
};

Task<Result<Lease>> Upstream::lease(Caller const& caller, base::Steady::time_point deadline,
                                    std::stop_token stop) {
  Turn const turn(*this);
  auto press = services_.loop.now() + crowded_after;
  auto const watches_until = services_.loop.now() + watch_patience;
  for (;;) {
    if (stop.stop_requested()) co_return fail(Errc::cancelled, "withdrawn");
    if (stopping_) co_return fail(Errc::unavailable, "upstream " + config_.name + " stops");
    // What a client does after it watched a resource must not change it unheard.
    if (!watches_settled() && services_.loop.now() < watches_until) {
      co_await changed_.wait(watches_until);
      continue;
    }
    auto lent = try_lease(caller, turn.number);
    if (lent && *lent) co_return std::move(*lent);
    if (!lent) co_return Failure(lent.error());
    auto const now = services_.loop.now();
    auto const* const lacking = missing(caller);
    bool const later = lacking && lacking->next > now;
    // Of the shared one an attempt is always under way or planned; of others, once somebody waits.
    bool const given_up =
        lacking && lacking->crash_looping && (later || lacking == &main_attempts_);
    if (given_up || (later && lacking->next > now + long_pause) || now >= deadline)
      co_return Failure(unavailable(lacking));
    if (now >= press && !lacking && hooks_.crowded) {
      hooks_.crowded(1);
      press = now + crowded_after;
      continue;  // what it freed may be what is wanted
    }
    auto wake = std::min(deadline, press);
    if (later) wake = std::min(wake, lacking->next);
    co_await freed_.wait(wake);
  }
}

/// An empty lease: wait.
Result<Lease> Upstream::try_lease(Caller const& caller, std::uint64_t turn) {
  if (!main_ || !main_->usable()) return Lease();
  bool const attributes = main_->connection->link().attributes_questions();
  auto const need = need_of(config_, main_->greeting(), attributes, caller);
  if (need.main) {
    bool const first = alone_.empty() || turn <= *alone_.begin();
    if (first && has_room(*main_, need.exclusive)) return lend(main_, need.exclusive);
    if (need.exclusive) alone_.insert(turn);
    return Lease();
  }
  if (auto const instance = find(need)) return lend(instance, need.exclusive);
  ask_for_another(need.key);
  return Lease();
}

Upstream::InstancePtr Upstream::find(Need const& need) {
  for (auto const& instance : others_)
    if (instance->key == need.key && has_room(*instance, need.exclusive)) return instance;
  return nullptr;
}

void Upstream::tell_changed() {
  changed_.notify_all();
  freed_.notify_all();
}

Lease Upstream::lend(InstancePtr const& instance, bool exclusive) {
  return Lease(instance, exclusive, [this, weak = std::weak_ptr(instance)] {
    auto const back = weak.lock();
    if (back && back->users == 0) back->idle_since = services_.loop.now();
    if (back && back->retiring && back->users == 0 && !back->closed) back->connection->close();
    freed_.notify_all();
    auto const most = config_.limits.max_calls;
    if (back && most > 0 && back->calls >= most) changed_.notify_all();  // due for replacement
  });
}

void Upstream::ask_for_another(InstanceKey const& key) {
  auto const* const failed = attempts_of(key);
  if (failed && services_.loop.now() < failed->next) return;
  // One that is being opened for this key will do.
  for (auto const& instance : others_)
    if (!instance->ready && !instance->closed && instance->key == key) return;
  if (others_.size() >= config_.limits.max_children) {
    InstancePtr longest_idle;
    for (auto const& instance : others_) {
      if (!instance->usable() || instance->users > 0 || instance->key == key) continue;
      if (!longest_idle || instance->idle_since < longest_idle->idle_since) longest_idle = instance;
    }
    if (!longest_idle) return;
    retire(longest_idle);
  }
  async::spawn(services_.loop, tasks_, "open upstream", open_other(key));
}

}  // namespace rampart::upstream
