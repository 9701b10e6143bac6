// Who is told when something changes: modern subscriptions/listen streams and legacy sessions.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/registry.hpp"
#include "server/session.hpp"

namespace rampart::server {

/// What a listen stream asked for (and was granted).
struct ListenFilter {
  bool tools = false, prompts = false, resources = false;
  std::vector<std::string> uris;
};

/// Thread-safe.
class Subscriptions {
 public:
  Subscriptions(Sessions& sessions, std::size_t max_subscriptions)
      : sessions_(sessions), max_(max_subscriptions) {}

  /// `first` is the channel's first message: nothing is published before it. Errors: overloaded
  /// when max_subscriptions is reached.
  Result<std::uint64_t> add(ListenFilter filter, protocol::RequestId id,
                            std::shared_ptr<Channel> channel, std::string first);
  void remove(std::uint64_t token);
  /// A legacy session that is not in Sessions: stdio's.
  void set_only_session(std::weak_ptr<Session> session);
  void publish(Change change, std::string_view uri);
  std::size_t size() const;

  /// Told when the first subscriber of a resource came and when the last one left. Set before
  /// serving; any thread.
  std::function<void(std::string const& uri, bool wanted)> on_interest;
  /// A legacy session subscribed, or no longer does.
  void session_wants(std::string const& uri, bool wanted);

 private:
  struct Entry {
    ListenFilter filter;
    protocol::RequestId id;
    std::shared_ptr<Channel> channel;
  };
  void publish_modern(Change change, std::string_view uri);
  void publish_legacy(Change change, std::string_view uri);

  void count(std::vector<std::string> const& uris, bool wanted);

  Sessions& sessions_;
  std::size_t const max_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Entry> entries_;
  std::uint64_t next_ = 1;
  std::weak_ptr<Session> only_session_;
  std::map<std::string, std::size_t> interest_;  ///< subscribers of each URI
};

}  // namespace rampart::server
