// Testing a server without sockets: a client in memory, and a clock that stands still.
//
//   rampart::testing::Client client(server);
//   auto reply = client.call("forecast", R"({"city":"Oslo"})");
//   EXPECT_EQ(reply.text(), "rain");
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rampart/client.hpp"
#include "rampart/clock.hpp"
#include "rampart/codec.hpp"
#include "rampart/json.hpp"

namespace rampart {
class Server;
}

namespace rampart::testing {

/// Time that moves only when it is told to. Thread-safe.
class FakeClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(elapsed_.load()));
  }
  /// Begins at 2026-01-01T00:00:00Z.
  std::chrono::system_clock::time_point wall() const override;
  void advance(std::chrono::nanoseconds by) { elapsed_ += by.count(); }

 private:
  static constexpr std::int64_t start = 3'600'000'000'000;  // not zero, which reads like "never"
  std::atomic<std::int64_t> elapsed_{start};                ///< nanoseconds
};

/// What a client sees of Context::progress and Context::log.
struct Progress {
  double progress = 0;
  std::optional<double> total{};
  std::string message{};
};
struct LogMessage {
  std::string level;
  std::string logger;
  Json data;
};

/// A question of the server: elicitation/create, sampling/createMessage or roots/list.
struct Question {
  std::string method;
  Json params;
  /// The text that the user reads, or the first message to the model.
  std::string message() const;
};
/// Answers to questions, as the client's results.
Json accept(Json content);  ///< the user filled the form
Json accept();              ///< the user agreed to open the page
Json decline();
Json dismiss();  ///< the user closed the dialog: action "cancel"
Json sampled(std::string_view text, std::string_view model = "test-model");
Json roots(std::vector<std::string> const& uris);
template <Described T>
Json accept(T const& form) {
  return accept(Json::trusted(rampart::encode(form)));
}

/// How a request ended.
class Reply {
 public:
  Reply() = default;
  explicit Reply(std::string response);

  /// A result, though perhaps a tool's own failure.
  bool has_result() const { return code_ == 0 && !response_.empty(); }
  /// A tool's own failure: text() is what the model reads.
  bool is_error() const { return is_error_; }
  /// The JSON-RPC error's code and message; 0 and empty for results.
  int code() const { return code_; }
  std::string const& message() const { return message_; }
  /// The result, or the error object.
  Json const& json() const { return body_; }
  /// The whole JSON-RPC response; empty when a cancelled call got none.
  std::string const& response() const { return response_; }

  /// Of a tool's result the text blocks, of a resource its text, of a prompt its messages' text:
  /// joined by line feeds.
  std::string const& text() const { return text_; }
  /// A tool's structured content. Errors: invalid_params when there is none, or when it is no T.
  template <class T>
  Result<T> structured() const {
    Result<T> out = fail(Errc::invalid_params, "the result has no structured content");
    auto read = [&out](Node value) { out = rampart::decode<T>(value); };
    visit_structured(!is_object_type<T>(), read);
    return out;
  }
  /// What the server wants to know, when nothing answered it (Client::on_question).
  std::vector<Question> const& questions() const { return questions_; }

  std::vector<Progress> progress;  ///< in the order of arrival
  std::vector<LogMessage> logs;
  int rounds = 1;  ///< how often the handler ran: 1 and the times it was answered

 private:
  void visit_structured(bool maybe_wrapped, std::function<void(Node)> const& use) const;

  std::string response_, message_, text_;
  Json body_;
  std::vector<Question> questions_;
  int code_ = 0;
  bool is_error_ = false;
};

struct Options {
  /// 2026-07-28, or an older revision, which gets a session.
  std::string protocol_version = "2026-07-28";
  /// By default the client can do everything.
  ClientCapabilities capabilities = all_capabilities();
  std::string principal = "anonymous";
  /// Log messages from this level on; without it none.
  std::optional<LogLevel> log_level = LogLevel::debug;

  // Of the server: only those of the first client count.
  FakeClock* clock = nullptr;  ///< without one time passes by itself; it outlives the client
  std::chrono::milliseconds request_timeout = std::chrono::minutes(1);
  std::chrono::seconds cache_ttl{0};  ///< of cacheable tools; 0: no cache
  int max_rounds = 8;                 ///< how often one call may ask

  static ClientCapabilities all_capabilities();
};

/// A request that may still run.
class Pending {
 public:
  struct State;
  explicit Pending(std::shared_ptr<State> state) : state_(std::move(state)) {}
  bool done() const;
  /// As notifications/cancelled, or as a disconnect where there are none.
  void cancel();
  /// Waits for it.
  Reply reply();

 private:
  std::shared_ptr<State> state_;
};

/// Serves `server`, which outlives it, in memory and calls it. Everything but plain handlers, which
/// run on workers as in production, runs on the calling thread, inside these functions. Not
/// thread-safe. One at a time may be made from a Server; more clients of the same one come from
/// another(). Waiting longer than 30 s of real time throws std::runtime_error.
class Client {
 public:
  explicit Client(Server& server, Options options = {});
  Client(Client&&) noexcept = default;
  Client& operator=(Client&&) noexcept = default;
  /// A second client of the same running server: its cache and limits are shared.
  Client another(Options options) const;

  Reply call(std::string_view tool, Json arguments = Json::trusted("{}"));
  /// `arguments` is JSON text; std::invalid_argument if not.
  Reply call(std::string_view tool, std::string_view arguments);
  template <Described T>
  Reply call(std::string_view tool, T const& arguments) {
    return call(tool, Json::trusted(rampart::encode(arguments)));
  }
  Reply read(std::string_view uri);
  Reply get_prompt(std::string_view name, Json arguments = Json::trusted("{}"));
  /// tools/list, resources/list, resources/templates/list or prompts/list: `what` is "tools",
  /// "resources", "templates" or "prompts".
  Reply list(std::string_view what);
  /// Any method. `params` is an object; _meta is added.
  Reply request(std::string_view method, Json params = Json::trusted("{}"));
  /// Sends without waiting.
  Pending start(std::string_view method, Json params = Json::trusted("{}"));
  Pending start_call(std::string_view tool, Json arguments = Json::trusted("{}"));

  /// Who answers the server's questions from now on, in both eras. Without one a modern reply has
  /// questions(), and an older client answers with an error.
  void on_question(std::function<Json(Question const&)> answer);

  /// Runs what is ready, without waiting.
  void poll();
  /// Moves the fake clock and lets deadlines pass. Without one: std::logic_error.
  void advance(std::chrono::nanoseconds by);

  /// How often cacheable tools were answered: from the cache, by a run, or past the cache.
  struct CacheCounts {
    int hits = 0, misses = 0, bypasses = 0;
  };
  CacheCounts cache_counts() const;

 private:
  friend class Pending;
  class Impl;
  explicit Client(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

}  // namespace rampart::testing
