// One running JSON-RPC request: it starts on a loop, may run its handler several times (each time
// with more of the client's answers), and ends exactly once. Loop thread only, except `state`.
#pragma once
#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/loop.hpp"
#include "protocol/cache_hints.hpp"
#include "protocol/mcp_headers.hpp"
#include "protocol/methods.hpp"
#include "rampart/context.hpp"
#include "rampart/task.hpp"
#include "server/call_state.hpp"
#include "server/session.hpp"

namespace rampart::auth {
struct Principal;
}

namespace rampart::server {

class Dispatcher;

/// How the request came, as metrics label it.
enum class Endpoint { http, sse, stdio };

/// What a transport knows about a request before it is dispatched.
struct Incoming {
  async::Loop* loop = nullptr;
  protocol::Version version = protocol::latest_modern;
  protocol::RequestMeta meta;  ///< capabilities and log level come from the session in legacy eras
  std::shared_ptr<Session> session;  ///< legacy only
  std::shared_ptr<Channel> channel;
  std::string principal = "anonymous";
  std::shared_ptr<auth::Principal const> who;  ///< null: anonymous
  std::string rate_identity;   ///< whom the rate limit counts: the principal, else the address
  std::string client_address;  ///< empty on stdio
  Endpoint endpoint = Endpoint::http;
  std::string request_id;  ///< the correlation id
  std::size_t bytes_in = 0;
  /// The message as it was sent, valid during Dispatcher::start only; empty in a batch.
  std::string_view text = {};
  bool self_check =
      false;  ///< our own question: passes no stage, so it is neither counted nor limited
  protocol::HeaderSource const* headers =
      nullptr;  ///< valid during Dispatcher::start only; none on stdio
};

enum class CancelReason { disconnect, notification, deadline, drain, session_ended };

/// A result's members as JSON text, without the braces.
struct Rendered {
  std::string members;
  bool is_error = false;         ///< a tool's isError
  std::string meta = {};         ///< members of _meta besides ours, without braces
  std::string hit_members = {};  ///< what a cache keeps instead of `members`, unless empty
  std::optional<protocol::CacheHints> hints = {};  ///< told to clients that know them
  /// It stands in for the answer of a server that could not give one, for this reason.
  std::shared_ptr<Error const> instead_of = {};
  std::shared_ptr<Error const> failure = {};  ///< what a handler of ours returned, for the log
};

/// A handler with its arguments, ready to run as often as needed. Exactly one of the two is set.
struct Work {
  bool quick = false;
  std::function<Result<Rendered>(Context&)> plain;
  std::function<Task<Result<Rendered>>(Context)> task;
  /// Of a task: its time limit, when it is not that of all requests.
  std::optional<std::chrono::milliseconds> limit = {};
};

class Call : public std::enable_shared_from_this<Call> {
 public:
  Call(Dispatcher& dispatcher, Incoming&& incoming, protocol::RequestId id,
       protocol::MethodRow const& method);
  ~Call();

  Dispatcher& dispatcher;
  async::Loop& loop;
  protocol::Version const version;
  protocol::RequestId const id;
  protocol::MethodRow const& method;
  Endpoint endpoint;
  std::shared_ptr<Session> const session;
  std::shared_ptr<auth::Principal const> const who;
  std::string const rate_identity;
  std::string const client_address;
  std::size_t const bytes_in;
  base::Steady::time_point const started;
  std::shared_ptr<CallState> const state;

  std::string name;                        ///< tool, prompt or URI; for logs
  std::optional<std::size_t> tool_number;  ///< Tool::number, of tools/call
  std::string arguments;                   ///< as they were sent, for what another server runs
  std::string arguments_digest;            ///< SHA-256 in hexadecimal digits, if something needs it
  std::string binding;  ///< what requestState is bound to besides this server: see asking.hpp
  std::size_t stages_entered = 0;
  std::uint64_t subscription = 0;
  bool holds_id = false;  ///< its id is taken in the session until it ends

  /// The same request once more, asked by nobody: it passes no stage, and its reply is dropped.
  std::shared_ptr<Call> again() const;
  bool modern() const { return protocol::is_modern(version); }
  bool finished() const { return finished_; }

  /// Runs the handler; the outcome finishes the call, now or later.
  void run(Work work);
  /// The outcome of a run of the handler.
  void completed(Result<Rendered> outcome);
  /// Answers with a result whose members are given.
  void succeed(Rendered rendered);
  void refuse(Error const& error, std::optional<int> http_status = {},
              std::optional<std::chrono::milliseconds> retry_after = {});
  /// Withdraws the request: the handler is told to stop and its outcome is dropped. For a deadline
  /// the client gets an error, for the rest it gets nothing.
  void cancel(CancelReason reason);
  /// Legacy: it waits for the client's answers.
  bool awaits_client() const { return awaited_ > 0; }
  /// Legacy: the client answered request `key`.
  void answered(std::string key, Answer answer);
  /// Called once, with the reply, before it goes out.
  void on_finish(std::function<void(Reply const&)> hook) { hook_ = std::move(hook); }
  /// Called once with the outcome of the handler's run, which it may replace, unless the call ends
  /// before it. Where the client leaves first, the run goes on for as long as it is `wanted`.
  void on_outcome(std::function<void(Result<Rendered>&)> hook, std::function<bool()> wanted) {
    outcome_hook_ = std::move(hook);
    wanted_ = std::move(wanted);
  }
  /// Somebody else will answer, within this limit or else that of all requests.
  void wait(std::optional<std::chrono::milliseconds> limit = {});
  /// Keeps the call open until it is finished or cancelled (subscriptions/listen).
  void hold();

 private:
  void tell_failure(Result<Rendered> const& outcome) const;
  void execute();
  void execute_on_pool();
  void execute_task();
  std::string result_json(Rendered rendered, std::string_view result_type) const;
  // call_asking.cpp
  void ask_client();
  void ask_by_result(std::vector<Ask> asks);
  void ask_by_requests(std::vector<Ask> asks);
  void withdraw_questions();
  void finish(Reply reply);
  void arm(base::Steady::duration limit);
  void stop_run();
  void keep_cancelling();
  void linger();

  Work work_;
  bool finished_ = false;
  bool holding_ = false;
  bool task_running_ = false;
  bool lingers_ = false;                   ///< finished, but its run goes on for others
  std::vector<std::int64_t> outstanding_;  ///< ids of requests to the client
  std::size_t awaited_ = 0;
  async::Deadline deadline_;
  async::Deadline again_;  ///< at every sweep until the run ends: cancels it again, or asks whether
                           ///< it is still wanted
  boost::asio::cancellation_signal signal_;
  std::function<void(Reply const&)> hook_;
  std::function<void(Result<Rendered>&)> outcome_hook_;
  std::function<bool()> wanted_;
};

}  // namespace rampart::server
