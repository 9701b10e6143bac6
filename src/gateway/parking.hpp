// Calls that wait for a client's answer while the upstream waits in the middle of them. Each is
// found again by an id that travels sealed in requestState, once, and is withdrawn when nobody
// comes. Loop thread only.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "upstream/run.hpp"

namespace rampart::gateway {

/// A question of the upstream that went to the client.
struct Question {
  std::string upstream_id;  ///< JSON text
  std::string method;
  std::string params;  ///< to ask again what a client left out
};

struct Parked {
  std::unique_ptr<upstream::Run> run;
  std::map<std::string, Question, std::less<>> questions;  ///< by the key the client was given
  std::string principal;
};

class Parking {
 public:
  /// Calls parked at once; further ones are refused.
  static constexpr std::size_t max_parked = 1'024;

  explicit Parking(async::Loop& loop) : loop_(loop) {}
  ~Parking();

  /// `stop`: of a client that stays connected meanwhile; its request withdraws the call. Errors:
  /// overloaded.
  Result<std::string> put(Parked parked, std::chrono::milliseconds limit, std::stop_token stop);
  /// nullopt: unknown, taken already, given up, or another principal's.
  std::optional<Parked> take(std::string_view id, std::string_view principal);
  /// Of this upstream's, if there are at least so many.
  void give_up_oldest(upstream::Upstream const& upstream, std::size_t at_least);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Entry(Parked parked_, std::function<void()> expired)
        : parked(std::move(parked_)), limit(std::move(expired)) {}
    Parked parked;
    base::Steady::time_point since{};
    async::Deadline limit;
    std::optional<std::stop_callback<std::function<void()>>> on_stop;
  };
  void give_up(std::string const& id);

  async::Loop& loop_;
  std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries_;
  std::shared_ptr<Parking*> self_ = std::make_shared<Parking*>(this);  ///< for posts that come late
};

}  // namespace rampart::gateway
