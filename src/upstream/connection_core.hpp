// The inside of a Connection: which of our ids is whose, and where what arrives belongs. It lives
// on while a call into it runs or a handshake waits, also when its Connection is destroyed by them.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "upstream/connection.hpp"
#include "upstream/message.hpp"

namespace rampart::upstream {

class ConnectionCore final : public LinkEvents,
                             public std::enable_shared_from_this<ConnectionCore> {
 public:
  using Role = Exchange::Role;

  ConnectionCore(async::Loop& loop, std::unique_ptr<Link> link, ConnectionOptions options,
                 ConnectionHooks hooks);

  // The handshake, connection_open.cpp.
  static Task<Result<Greeting>> open(std::shared_ptr<ConnectionCore> self);
  static Task<Result<void>> check(std::shared_ptr<ConnectionCore> self,
                                  base::Steady::time_point deadline);

  // Requests and their ends, connection_core.cpp.
  std::shared_ptr<Exchange> send(Request request, Role role);
  std::shared_ptr<Exchange> send(Request request, Role role, protocol::Version version);
  void notify(std::string_view method, std::string_view params_members);
  void set_log_level(LogLevel level);
  void answer(std::string_view question, std::string_view json, bool is_error,
              std::int64_t related);
  void cancel(Exchange& exchange, std::string_view reason);
  void close();

  // Roots, connection_roots.cpp.
  void roots_changed();
  bool unheard() const;
  static Task<void> hear_out(std::shared_ptr<ConnectionCore> self);
  void answer_kept(std::string_view question, std::string_view json, bool is_error);
  /// Sends what waited for the answers to questions, when they are all there.
  void release(Exchange& exchange);
  /// The Connection is gone: ends everything, calls nobody any more.
  void shut();

  void on_message(Arrival arrival) override;
  void on_broken(std::int64_t request, Broken why) override;
  void on_released(std::int64_t request) override;
  void on_closed(Error why) override;

  bool modern() const { return greeting_ && greeting_->modern(); }

 private:
  friend class Connection;
  class Inside;
  using Exchanges = std::unordered_map<std::int64_t, std::shared_ptr<Exchange>>;
  using Resume = Exchange::Resume;

  using Until = base::Steady::time_point;
  static Task<Event> ask(std::shared_ptr<ConnectionCore> self, std::shared_ptr<Exchange> exchange,
                         Until until);
  bool answers_late_probe(Message const& message);
  static Task<Verdict> discover(std::shared_ptr<ConnectionCore> self, Probe probe, Until until);
  static Task<Verdict> initialize(std::shared_ptr<ConnectionCore> self, Until until);
  Result<Greeting> settle(Verdict verdict);

  void transmit(Outgoing message);
  std::shared_ptr<Exchange> find(std::int64_t id) const;
  void finish(Exchange& exchange, Event event, Resume how);
  void finish_broken(Exchange& exchange, Error why, bool sent = true, int http_status = 0);
  void finish_all(Error const& why);
  /// The answer is of no interest any more, and the upstream need not know.
  void forget(std::int64_t id, Error why);
  void refuse_questions(Exchange& exchange);

  // What arrives, connection_incoming.cpp.
  void message(Arrival&& arrival);
  bool batch(Arrival const& arrival);
  void response(Message const& message, Arrival&& arrival);
  void notification(Message const& message, Arrival&& arrival);
  void progress(json::Slices const& params, Message const& message, Arrival&& arrival);
  void log(json::Slices const& params, Message const& message, Arrival&& arrival);
  void reported(json::Slices const& params, Message const& message, Arrival&& arrival);
  void withdrawn(json::Slices const& params);
  std::shared_ptr<Exchange> answered(Message const& message, Arrival const& arrival) const;
  void noise(std::string_view what) const;

  // What the upstream asks, connection_questions.cpp.
  void question(Message const& message, Arrival&& arrival);
  std::optional<RpcError> objection(Message const& message) const;
  std::shared_ptr<Exchange> asked(Arrival const& arrival) const;
  bool is_open(std::string_view question) const;
  void push_question(Exchange& exchange, Exchange::Question question, std::string method,
                     std::string params, Resume how);
  void refuse(Message const& message, RpcError const& why, std::int64_t related);
  void note_undeclared(Message const& message, Arrival const& arrival);

  // Roots, connection_roots.cpp.
  std::shared_ptr<Exchange> asked_for_roots(std::shared_ptr<Exchange> only) const;
  bool may_wait() const;
  bool keep(std::string_view question);
  bool drop_kept(std::string_view question);
  void ask_kept(Exchange& exchange, Outgoing& message);
  void send_held(std::int64_t id);

  /// Inline only for what the link brings at the top of a turn.
  Resume resume() const { return calls_ == 1 && !transmitting_ ? Resume::inline_ : Resume::later; }

  async::Loop& loop_;
  std::unique_ptr<Link> link_;
  ConnectionOptions const options_;
  ConnectionHooks hooks_;
  std::string const client_info_;
  std::optional<Greeting> greeting_;
  Exchanges exchanges_;
  std::size_t ordinary_ = 0;  ///< of the exchanges: those of the owner
  std::int64_t next_id_ = 1;
  std::int64_t handshake_ = 0;  ///< id of the latest request of open()
  std::optional<LogLevel> log_level_;
  base::Steady::time_point last_activity_;
  std::vector<std::string> kept_;  ///< ids of questions for roots that no request could carry yet
  bool ask_again_ = false;         ///< one of them came to nothing
  bool just_told_ = false;         ///< the upstream may be about to ask for roots
  int calls_ = 0;                  ///< how many of the link's calls into this are on the stack
  bool transmitting_ = false;
  bool probing_ = false;  ///< that one may be what kills the server
  bool closing_ = false;
  bool closed_ = false;
  bool shut_ = false;
  bool died_of_probe_ = false;
  std::int64_t late_probe_ = 0;  ///< id of the first question, once it was waited for too long
  bool slow_to_start_ = false;
  bool not_streamable_ = false;
};

}  // namespace rampart::upstream
