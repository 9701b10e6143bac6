// A JSON-RPC client of one live upstream server: finds out its era, shakes hands, multiplexes requests under ids
// of its own, and hands questions, progress and log messages to the request they belong to. Loop thread only.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "async/wake.hpp"
#include "protocol/request_meta.hpp"
#include "rampart/client.hpp"
#include "upstream/link.hpp"

namespace rampart::upstream {

/// How to open: `automatic` asks server/discover first (V9, V10); the others skip the question.
enum class Probe { automatic, modern, legacy };

struct ConnectionOptions {
  ClientCapabilities capabilities;      ///< declared in a legacy handshake; modern requests carry their own
  std::string client_name = "rampart";
  std::string client_version;
  Probe probe = Probe::automatic;
  std::chrono::milliseconds handshake_timeout{60'000};
  std::chrono::milliseconds probe_timeout{5'000};  ///< for the answer to server/discover, then legacy
};

/// What the upstream said about itself.
struct Greeting {
  protocol::Version version = protocol::latest_legacy;
  std::string server_info;   ///< JSON object
  std::string capabilities;  ///< JSON object
  std::string instructions;
  bool modern() const { return protocol::is_modern(version); }
};

/// One request to the upstream.
struct Request {
  std::string method;
  std::string params;            ///< members of params as JSON text, without braces and without _meta
  std::string name;              ///< see Outgoing
  std::vector<std::pair<std::string, std::string>> param_headers;
  ClientCapabilities capabilities;     ///< of the caller; modern upstreams are told
  std::optional<LogLevel> log_level;   ///< the caller wants log messages
  bool wants_progress = false;
  TraceContext trace;
  std::string extra_meta;              ///< further members of _meta, without braces
};

/// What a request brought, one at a time.
struct Event {
  enum class Kind {
    result,    ///< the end: `json` is the result object
    error,     ///< the end: `json` is the JSON-RPC error object
    broken,    ///< the end: `failure` and `delivered`
    question,  ///< a legacy upstream asks: `method`, `json` = params object, answer with `question`
    progress,  ///< `json` = params object
    log,       ///< `json` = params object
  };
  Kind kind = Kind::broken;
  std::string json;
  std::string method;
  std::string question;  ///< JSON text of the upstream's id
  int http_status = 200;
  Error failure;
  bool sent = true;      ///< of broken: the upstream may have seen the request
  bool final() const { return kind <= Kind::broken; }
};

class Connection;

/// A request in flight, shared by the connection and whoever waits for it. Events that nobody fetched yet are
/// kept up to a bound: log and progress beyond it are dropped, never the rest.
class Exchange {
 public:
  static constexpr std::size_t max_waiting_notices = 256;

  explicit Exchange(async::Loop& loop) : wake_(loop) {}
  /// The next event. At most one waits at a time. Cancelling the waiting coroutine gives Kind::broken with
  /// Errc::cancelled and leaves the request in flight.
  Task<Event> next();
  /// Is there an event already?
  bool ready() const { return !events_.empty(); }
  std::int64_t id() const { return id_; }
  bool ended() const { return ended_; }
  /// Answers a question with a result object, or with an error object.
  void answer(std::string const& question, std::string const& json, bool is_error);
  /// Withdraws: the upstream hears of it in its era's way, late answers are dropped.
  void cancel(std::string_view reason);
  std::size_t open_questions() const { return questions_.size(); }
  base::Steady::time_point last_activity() const { return last_activity_; }

 private:
  friend class Connection;
  void push(Event event);

  async::Wake wake_;
  std::deque<Event> events_;
  std::size_t notices_ = 0;
  std::int64_t id_ = 0;
  bool ended_ = false;
  Connection* connection_ = nullptr;  ///< null when it ended
  std::vector<std::string> questions_;
  base::Steady::time_point last_activity_{};
};

class Connection final : private LinkEvents {
 public:
  /// What concerns no single request. All may be empty.
  struct Hooks {
    std::function<void(std::string_view method)> list_changed;  ///< notifications/tools/list_changed …
    std::function<void(std::string uri)> resource_updated;
    std::function<void(Error why)> closed;                      ///< once; requests have got Kind::broken before
    std::function<void(std::string_view what)> noise;           ///< a line that is no message, an answer nobody waits for
  };

  Connection(async::Loop& loop, std::unique_ptr<Link> link, ConnectionOptions options, Hooks hooks);
  ~Connection();

  /// Finds the era and shakes hands. Errors: unavailable, deadline, unsupported_version. A server that dies of
  /// the first question gives unavailable with `died_of_probe()` true: open another link with Probe::legacy.
  Task<Result<Greeting>> open();
  bool died_of_probe() const { return died_of_probe_; }
  std::optional<Greeting> const& greeting() const { return greeting_; }

  /// Sends a request; after open(). A closed connection gives an exchange that is broken with sent = false.
  std::shared_ptr<Exchange> request(Request request);
  void notify(std::string_view method, std::string_view params_members);
  std::size_t in_flight() const { return exchanges_.size(); }
  bool closed() const { return closed_; }
  Link& link() { return *link_; }
  void close();

 private:
  void on_message(Arrival arrival) override;
  void on_broken(std::int64_t request, Broken why) override;
  void on_closed(Error why) override;
  friend class Exchange;

  async::Loop& loop_;
  std::unique_ptr<Link> link_;
  ConnectionOptions const options_;
  Hooks const hooks_;
  std::optional<Greeting> greeting_;
  std::unordered_map<std::int64_t, std::shared_ptr<Exchange>> exchanges_;
  std::int64_t next_id_ = 1;
  bool closed_ = false;
  bool died_of_probe_ = false;
};

}  // namespace rampart::upstream
