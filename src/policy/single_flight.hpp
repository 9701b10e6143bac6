// Many want one thing at the same time, one fetches it. No coroutines here: who waits leaves a
// callback, and posts to its own loop in it.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rampart::policy {

/// Thread-safe. Callbacks run on the thread that ends the flight, in the order of joining, without
/// a lock. They must not throw, and must hold nothing that may be gone by then.
template <class Outcome>
class SingleFlight {
  struct State;

 public:
  using Callback = std::function<void(Outcome const&)>;
  using Ticket = std::uint64_t;
  /// How many may wait for one flight (callbacks).
  static constexpr std::size_t default_max_waiting = 1024;

  /// The leader's duty to end the flight; dropping it abandons. It may outlive the SingleFlight.
  class Flight {
   public:
    Flight() = default;
    Flight(Flight&& other) noexcept
        : state_(std::exchange(other.state_, nullptr)), key_(std::move(other.key_)) {}
    Flight& operator=(Flight&& other) noexcept {
      if (this != &other) {
        abandon();
        state_ = std::exchange(other.state_, nullptr);
        key_ = std::move(other.key_);
      }
      return *this;
    }
    ~Flight() { abandon(); }

    /// Everyone who waits gets `outcome`; who joins from now on begins a new flight.
    void complete(Outcome const& outcome) {
      if (auto state = std::exchange(state_, nullptr)) state->land(key_, outcome);
    }
    /// Everyone who waits gets the outcome that the SingleFlight keeps for this.
    void abandon() noexcept {
      if (auto state = std::exchange(state_, nullptr)) state->land(key_, state->abandoned);
    }

   private:
    friend class SingleFlight;
    Flight(std::shared_ptr<State> state, std::string key)
        : state_(std::move(state)), key_(std::move(key)) {}
    std::shared_ptr<State> state_;
    std::string key_;
  };

  enum class Role { leader, waiting, refused };
  struct Joined {
    Role role;
    Flight flight;      // the leader's only
    Ticket ticket = 0;  // of who waits, to leave with
  };

  /// `abandoned` is what waits are told when a leader gives up.
  explicit SingleFlight(Outcome abandoned, std::size_t max_waiting = default_max_waiting)
      : state_(std::make_shared<State>(std::move(abandoned), max_waiting)) {}

  /// The first to join is the leader and does the work: its callback is dropped. So it is, and
  /// refused, when too many wait already.
  Joined join(std::string_view key, Callback callback = nullptr) {
    std::lock_guard lock(state_->mutex);
    auto [place, first] = state_->waiting.try_emplace(std::string(key));
    if (first) return {Role::leader, Flight(state_, std::string(key))};
    if (place->second.size() >= state_->max_waiting) return {Role::refused, {}};
    place->second.push_back({++state_->last_ticket, std::move(callback)});
    return {Role::waiting, {}, state_->last_ticket};
  }

  /// Who waits gives up; nothing if it does not wait any more.
  void leave(std::string_view key, Ticket ticket) {
    std::lock_guard lock(state_->mutex);
    auto const place = state_->waiting.find(std::string(key));
    if (place == state_->waiting.end()) return;
    std::erase_if(place->second, [&](auto const& one) { return one.ticket == ticket; });
  }

  /// How many wait for this flight, its leader not counted.
  std::size_t waiting(std::string_view key) const {
    std::lock_guard lock(state_->mutex);
    auto const place = state_->waiting.find(std::string(key));
    return place == state_->waiting.end() ? 0 : place->second.size();
  }

  /// Flights under way.
  std::size_t size() const {
    std::lock_guard lock(state_->mutex);
    return state_->waiting.size();
  }

 private:
  struct Waiting {
    Ticket ticket;
    Callback callback;
  };
  struct State {
    State(Outcome outcome, std::size_t max) : abandoned(std::move(outcome)), max_waiting(max) {}

    void land(std::string const& key, Outcome const& outcome) noexcept {
      std::vector<Waiting> all;
      {
        std::lock_guard lock(mutex);
        auto place = waiting.find(key);
        all = std::move(place->second);
        waiting.erase(place);
      }
      for (auto const& one : all)
        if (one.callback) one.callback(outcome);
    }

    Outcome const abandoned;
    std::size_t const max_waiting;
    std::mutex mutex;
    std::map<std::string, std::vector<Waiting>> waiting;
    Ticket last_ticket = 0;
  };

  std::shared_ptr<State> state_;
};

}  // namespace rampart::policy
