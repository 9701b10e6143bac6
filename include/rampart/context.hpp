// What a handler holds of the request it serves: telling the client, asking the client, and limits.
#pragma once
#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rampart/client.hpp"
#include "rampart/codec.hpp"
#include "rampart/json.hpp"

namespace rampart {

namespace server {
class CallState;
}

/// One message of a sampling request: text from `role` "user" or "assistant".
struct SampleMessage {
  std::string role;
  std::string text;
};

/// A request to the client's model (sampling/createMessage).
struct SampleRequest {
  std::vector<SampleMessage> messages;
  int max_tokens = 1000;
  std::string system_prompt;            ///< left out when empty
  std::optional<double> temperature{};  ///< left out when unset

  SampleRequest() = default;
  /// One user message.
  explicit SampleRequest(std::string prompt, int max_tokens_ = 1000) : max_tokens(max_tokens_) {
    messages.push_back(SampleMessage{"user", std::move(prompt)});
  }
};

struct SampleReply {
  std::string role;
  std::string text;  ///< the text of the answer's text blocks, joined
  std::string model;
  std::string stop_reason;
  Json raw;  ///< the whole CreateMessageResult
};

/// A directory or file the client opened for servers: `uri` begins with file://.
struct Root {
  std::string uri;
  std::string name;
};

/// Of the Redis that processes share their cache through (REDIS_URL).
enum class RedisState { not_configured, connected, disconnected };

/// What the user did with an elicitation: `content` is the filled form when `action` is "accept".
struct ElicitReply {
  std::string action;  ///< accept, decline or cancel
  Json content;
};

/// Copies share one request. Thread-safe. All calls are plain, never awaited.
///
/// Asking: elicit, ask_form, elicit_url, sample and roots return the answer if the client has given
/// it, else they record the question and return Errc::needs_input, which the handler returns as it
/// is. The handler then runs again *from its beginning* with the answers, so everything before a
/// question runs again; wrap side effects in once(). Questions asked before returning go out
/// together. `key` names a question within the handler. Same code for every protocol era.
class Context {
 public:
  explicit Context(std::shared_ptr<server::CallState> state) : state_(std::move(state)) {}

  /// The id that every log line of this request carries.
  std::string_view request_id() const;
  /// Who asks: the authenticated principal's name, or "anonymous".
  std::string_view principal() const;
  std::string_view protocol_version() const;
  ClientCapabilities const& client() const;
  TraceContext const& trace() const;
  std::chrono::steady_clock::time_point deadline() const;
  /// Redis as it was when the request came.
  RedisState redis() const;
  /// Stop is requested at the deadline, when the client cancels or leaves, and when the server's
  /// drain ends.
  std::stop_token stop_token() const;

  /// Reports progress if the client asked for it. `progress` must rise from call to call; others
  /// are dropped.
  void progress(double progress, std::optional<double> total = {}, std::string_view message = {});
  /// A log message for the client, if it asked for this level. Not the server's own log.
  void log(LogLevel level, std::string_view message, std::string_view logger = {});
  void log(LogLevel level, Json const& data, std::string_view logger = {});
  /// A line of the server's own log, with this request's ids. `event` names what happened, in
  /// snake_case; the fields (name and value) stand in the line's member `data`. LOG_LEVEL decides
  /// whether it is written. The client sees nothing of it.
  using LogFields = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  void server_log(LogLevel level, std::string_view event, LogFields fields = {}) const;

  /// Asks the user to fill a form described by T's fields: flat, of strings, numbers, booleans and
  /// enums. Errors: needs_input, declined (the user declined or cancelled), missing_capability.
  template <class T>
  Result<T> elicit(std::string_view key, std::string_view message) {
    Result<T> out = fail(Errc::needs_input, {});
    auto decode_content = [&out](Node content) {
      out = decode<T>(content);
      return out.has_value();
    };
    if (auto done = elicit_accepted(key, message, form_schema_of<T>(), decode_content); !done)
      return Failure(std::move(done.error()));
    return out;
  }
  /// The same with a schema of your own, and with declining as an answer rather than an error.
  Result<ElicitReply> ask_form(std::string_view key, std::string_view message, Json const& schema);
  /// Sends the user to a page, for what must not pass through the client: secrets, payments,
  /// consent. Succeeds when the user agreed to open it; verify the outcome on your side.
  Result<void> elicit_url(std::string_view key, std::string_view message, std::string_view url);
  /// Asks the client's model. Errors: needs_input, declined, missing_capability.
  Result<SampleReply> sample(std::string_view key, SampleRequest const& request);
  /// The same with CreateMessageRequestParams of your own: images, tools, model preferences.
  Result<SampleReply> sample(std::string_view key, Json const& params);
  /// The client's roots. Errors: needs_input, declined, missing_capability.
  Result<std::vector<Root>> roots(std::string_view key);

  /// Runs `fn` once for this request, however often the handler is re-entered, and returns its
  /// result. T is any type the codec knows. The result travels sealed through the client: keep it
  /// small.
  template <class F>
  auto once(std::string_view key, F&& fn) -> decltype(fn()) {
    using T = decltype(fn());
    Result<T> stored = fail(Errc::not_found, {});
    auto decode_stored = [&stored](Node node) { stored = decode<T>(node); };
    recall(key, decode_stored);
    if (stored) return std::move(*stored);
    T value = fn();
    remember(key, encode(value));
    return value;
  }

  /// Ends the current event stream early where the client can come back for the answer (2025-11-25
  /// sessions); does nothing elsewhere. For calls that outlive proxies' time limits.
  void release_stream();

  /// Internal.
  server::CallState& state() const { return *state_; }

 private:
  Result<void> elicit_accepted(std::string_view key, std::string_view message,
                               std::string const& schema, std::function<bool(Node)> const& accept);
  Result<SampleReply> ask_model(std::string_view key, std::string params);
  void recall(std::string_view key, std::function<void(Node)> const& use) const;
  void remember(std::string_view key, std::string json);

  std::shared_ptr<server::CallState> state_;
};

}  // namespace rampart
