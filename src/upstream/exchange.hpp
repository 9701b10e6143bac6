// One request to an upstream and everything it brings back: questions, progress and log messages on
// the way, and one end. Loop thread only.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/wake.hpp"
#include "base/clock.hpp"
#include "rampart/client.hpp"
#include "rampart/error.hpp"
#include "upstream/link.hpp"

namespace rampart::upstream {

/// One request to the upstream.
struct Request {
  std::string method;
  /// Members of params as JSON text, without braces and without _meta.
  std::string params = {};
  std::string name = {};  ///< see Outgoing
  std::vector<std::pair<std::string, std::string>> param_headers = {};
  ClientCapabilities capabilities = {};    ///< of the caller; modern upstreams are told
  std::optional<LogLevel> log_level = {};  ///< the least severe log messages the caller wants
  bool wants_progress = false;
  TraceContext trace = {};
  std::string extra_meta = {};  ///< further members of _meta without braces; modern upstreams only
};

/// What a request brought, one at a time.
struct Event {
  enum class Kind {
    result,        ///< the end: `json` is the result object
    error,         ///< the end: `json` is the JSON-RPC error object
    broken,        ///< the end: `failure` and `sent`
    question,      ///< a legacy upstream asks: `method`, `json` = params object; answer `question`
    progress,      ///< `json` = params object
    log,           ///< `json` = params object
    acknowledged,  ///< of listen(): `json` = params object, which says what will be reported
    released,      ///< a legacy upstream ended the stream early; the rest is fetched from it later
  };
  Kind kind = Kind::broken;
  std::string json = {};
  std::string method = {};
  std::string question = {};  ///< JSON text of the upstream's id
  int http_status = 0;        ///< of the answer (200 over pipes); of broken: of what came instead
                              ///< of a valid one, else 0
  Error failure = {};
  bool sent = true;  ///< of broken: the upstream may have seen the request
  /// Of an end: what the upstream wanted to ask and was refused, because it had not been declared,
  /// as ClientCapabilities (JSON object); empty when there was nothing of the kind.
  std::string undeclared = {};
  bool final() const { return kind <= Kind::broken; }
};

class ConnectionCore;

/// A request in flight, shared by the connection and whoever waits for it. Events that nobody
/// fetched yet are kept; log and progress messages beyond a bound are dropped, the rest never.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  /// Log and progress messages that wait to be fetched (messages, bytes).
  static constexpr std::size_t max_waiting_notices = 256;
  static constexpr std::size_t max_waiting_notice_bytes = 1 << 20;
  /// Unanswered questions of the upstream; further ones are refused.
  static constexpr std::size_t max_questions = 16;
  /// A question that is not answered yet.
  struct Question {
    std::string id;      ///< JSON text
    bool roots = false;  ///< roots/list, which is about the client and not about the request
  };

  /// Who asked, which decides what may be attributed to it.
  enum class Role {
    ordinary,
    listen,    ///< subscriptions/listen: open for long, asks nothing
    internal,  ///< the connection's own: handshake, health, log level
  };

  Exchange(async::Loop& loop, std::int64_t id, Role role, Request const& request);

  /// The next event. At most one waits at a time. Cancelling the waiting coroutine gives
  /// Kind::broken with Errc::cancelled and leaves the request in flight. After the end was fetched:
  /// Kind::broken again, at once.
  Task<Event> next();
  /// Is there an event already?
  bool ready() const { return !events_.empty(); }
  std::int64_t id() const { return id_; }
  bool ended() const { return connection_ == nullptr; }
  /// Answers a question with a result object, or with an error object. Of a question that is not
  /// open any more nothing happens, but for roots: that one outlives its request.
  void answer(std::string const& question, std::string const& json, bool is_error);
  /// Withdraws: the upstream hears of it in its era's way, late answers are dropped, and whoever
  /// waits gets Kind::broken with Errc::cancelled.
  void cancel(std::string_view reason);
  std::size_t open_questions() const { return questions_.size(); }
  /// When something for this request last arrived, or when it was sent.
  base::Steady::time_point last_activity() const { return last_activity_; }

 private:
  friend class ConnectionCore;
  /// `inline_`: the waiter continues inside the call, see Wake::notify_inline.
  enum class Resume { inline_, later };
  static Task<Event> take(std::shared_ptr<Exchange> self);
  void push(Event event, Resume how);
  bool keeps_notice(Event const& event);
  /// Forgets a question and its event, if that was not fetched. nullopt: it was not open.
  std::optional<Question> drop_question(std::string_view question);
  /// Forgets all questions; returns those that were open.
  std::vector<Question> take_questions();
  Event pop();

  async::Loop& loop_;
  std::optional<async::Wake> wake_;  ///< a fresh one each wait, so that none is notified beforehand
  bool waiting_ = false;
  std::deque<Event> events_;
  std::size_t notices_ = 0;
  std::size_t notice_bytes_ = 0;
  std::vector<Question> questions_;
  std::optional<Outgoing> held_;            ///< not sent before its questions are answered
  std::optional<async::Deadline> release_;  ///< when they are, and that was taken in
  std::weak_ptr<ConnectionCore> kept_by_;   ///< has a question that was open at the end
  std::string undeclared_;                  ///< see Event
  base::Steady::time_point last_activity_;

  // What the connection knows of it.
  std::int64_t const id_;
  Role const role_;
  bool const may_ask_;
  bool const has_roots_;  ///< its caller can be asked for them
  bool const wants_progress_;
  std::optional<LogLevel> const log_level_;
  ConnectionCore* connection_ = nullptr;  ///< null when it ended
};

}  // namespace rampart::upstream
