// A legacy client's session: what it negotiated, what it subscribed to, what is in flight, and the
// streams it may come back for. Modern requests have none.
#pragma once
#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "protocol/request_meta.hpp"
#include "server/message_stream.hpp"

namespace rampart::server {

class Call;

struct SessionLimits {
  std::size_t max_sessions = 10'000;
  std::chrono::seconds idle = std::chrono::minutes(30);
  std::size_t max_subscriptions = 1'024;  ///< resource URIs of one session
  std::size_t max_kept_streams = 16;      ///< finished request streams kept for replay, a session
  std::size_t stream_messages = 1'024;    ///< of one stream
  std::size_t stream_bytes = 1 << 20;     ///< of one stream
};

/// Thread-safe.
class Session {
 public:
  Session(std::string id, protocol::Version version, ClientCapabilities capabilities,
          std::string principal, std::shared_ptr<Channel> out, SessionLimits const& limits)
      : id(std::move(id)),
        version(version),
        capabilities(capabilities),
        principal(std::move(principal)),
        out(std::move(out)),
        limits_(limits) {}

  std::string const id;
  protocol::Version const version;
  ClientCapabilities const capabilities;
  std::string const principal;
  /// The session's own stream: what belongs to no request.
  std::shared_ptr<Channel> const out;
  /// Set when Sessions takes it in.
  base::Steady::time_point started{};

  void set_log_level(LogLevel level);
  std::optional<LogLevel> log_level() const;

  enum class Subscribed { now, already, too_many };
  Subscribed subscribe(std::string uri);
  /// False when it was not subscribed.
  bool unsubscribe(std::string_view uri);
  std::vector<std::string> subscriptions() const;
  bool subscribed(std::string_view uri) const;

  // Requests of the client that are running, for notifications/cancelled. False: the id is in use.
  bool begin(protocol::RequestId const& id, std::weak_ptr<Call> call);
  void end(protocol::RequestId const& id);
  std::shared_ptr<Call> running(protocol::RequestId const& id) const;
  std::vector<std::shared_ptr<Call>> running() const;

  // Requests to the client that await an answer.
  struct Expected {
    std::weak_ptr<Call> call;
    std::string key;
  };
  std::int64_t expect(Expected expected);
  std::optional<Expected> answered(std::int64_t id);
  /// Those of `ids` that have no answer yet; their answers are dropped from now on.
  std::vector<std::int64_t> forget(std::vector<std::int64_t> const& ids);

  // Streams by number, for Last-Event-ID; 0 is the session's own.
  std::uint64_t add_stream(std::shared_ptr<MessageStream> stream);
  std::shared_ptr<MessageStream> stream(std::uint64_t number) const;
  /// At most one connection serves a stream: a new one takes it over, and the older one's `evicted`
  /// is called.
  void attach(std::uint64_t number, std::function<void()> evicted, void const* owner);
  void detach(std::uint64_t number, void const* owner);

  void touch(base::Steady::time_point now);
  base::Steady::time_point last_used() const;
  bool busy() const;  ///< calls running or a stream attached
  /// Ends it: running calls are cancelled by the caller; attached connections are evicted.
  void close();
  bool closed() const;

 private:
  struct Attached {
    std::function<void()> evicted;
    void const* owner;
  };
  SessionLimits const limits_;
  mutable std::mutex mutex_;
  std::optional<LogLevel> log_level_;
  std::set<std::string, std::less<>> uris_;
  std::map<protocol::RequestId, std::weak_ptr<Call>> running_;
  std::map<std::int64_t, Expected> expected_;
  std::int64_t next_id_ = 1;
  std::map<std::uint64_t, std::shared_ptr<MessageStream>> streams_;
  std::uint64_t next_stream_ = 1;
  std::map<std::uint64_t, Attached> attached_;
  base::Steady::time_point last_used_{};
  bool closed_ = false;
};

/// All sessions of the process. Thread-safe.
class Sessions {
 public:
  explicit Sessions(SessionLimits limits) : limits_(limits) {}
  SessionLimits const& limits() const { return limits_; }
  /// Told of each session that ended, on the thread that ended it. Set before serving.
  std::function<void(Session const&)> on_end;

  /// Errors: overloaded when max_sessions is reached and none is idle.
  Result<std::shared_ptr<Session>> create(protocol::Version version,
                                          ClientCapabilities capabilities, std::string principal,
                                          base::Steady::time_point now);
  /// Takes in a session made elsewhere. False when its id is taken.
  bool adopt(std::shared_ptr<Session> session, base::Steady::time_point now);
  /// nullptr when unknown, ended, or another principal's.
  std::shared_ptr<Session> find(std::string_view id, std::string_view principal) const;
  bool erase(std::string_view id);
  /// Ends those idle for longer than the limit; returns them.
  std::vector<std::shared_ptr<Session>> expire(base::Steady::time_point now);
  std::vector<std::shared_ptr<Session>> all() const;
  std::size_t size() const;

 private:
  static constexpr std::size_t shard_count = 16;
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<Session>> by_id;
  };
  Shard& shard(std::string_view id) const {
    return shards_[std::hash<std::string_view>()(id) % shard_count];
  }

  SessionLimits const limits_;
  mutable std::array<Shard, shard_count> shards_;
  std::atomic<std::size_t> size_ = 0;
};

}  // namespace rampart::server
