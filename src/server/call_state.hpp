// What a Context is a handle of: the part of a call that handlers touch, from any thread.
#pragma once
#include <atomic>
#include <chrono>
#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/content_render.hpp"
#include "protocol/request_meta.hpp"
#include "rampart/context.hpp"
#include "server/channel.hpp"

namespace rampart::server {

/// A question recorded for the client.
struct Ask {
  std::string key;
  std::string_view method;  ///< elicitation/create, sampling/createMessage or roots/list
  std::string params;       ///< JSON text
};

/// A client's answer: a result, or in legacy eras an error.
struct Answer {
  std::string json;
  bool is_error = false;
};

struct CallFacts;
/// Writes to the server's own log. `data`: a JSON object, or empty.
using HandlerLog =
    std::function<void(CallFacts const&, LogLevel, std::string_view event, std::string_view data)>;

/// Fixed when the call starts.
struct CallFacts {
  protocol::Version version = protocol::latest_modern;
  std::string request_id;
  std::string principal = "anonymous";
  ClientCapabilities capabilities;
  TraceContext trace;
  std::string progress_token;         ///< JSON text, or empty
  std::optional<LogLevel> log_level;  ///< absent: no log messages
  std::string server_name;
  std::string session_id = {};        ///< legacy only
  std::string third_party_meta = {};  ///< see protocol::RequestMeta
  RedisState redis = RedisState::not_configured;
  HandlerLog const* server_log = nullptr;  ///< outlives the call; null: there is none
};

class CallState {
 public:
  /// `make_facts` gives the CallFacts: made in place, as many strings need not move.
  CallState(std::invocable auto&& make_facts, std::shared_ptr<Channel> channel,
            std::chrono::steady_clock::time_point deadline)
      : facts(make_facts()), channel(std::move(channel)), deadline(deadline) {}

  CallFacts const facts;
  std::shared_ptr<Channel> const channel;
  std::atomic<std::chrono::steady_clock::time_point> deadline;
  std::stop_source stop;
  /// Who was asked for the answer last, of the servers that we front. Loop thread only.
  std::string upstream;

  /// Before the handler runs (again): forgets recorded questions, keeps answers. Notifications that
  /// an earlier round already sent are skipped, so that progress only rises.
  void begin_round();

  /// The handler goes on where it was, rather than from its beginning: what it sends now is not a
  /// repetition.
  void continues();

  void progress(double value, std::optional<double> total, std::string_view message);
  void log(LogLevel level, std::string_view data_json, std::string_view logger);

  /// The answer to `key`, if the client gave one.
  std::optional<Answer> answer(std::string_view key) const;
  /// All answers there are, by key.
  std::map<std::string, Answer, std::less<>> answers() const;
  /// Records a question; asking the same key twice in a round keeps the first.
  void ask(Ask ask);
  std::vector<Ask> take_asks();
  void give(std::string key, Answer answer);
  /// An answer that turned out unusable: the next ask goes out again.
  void discard(std::string_view key);

  std::optional<std::string> memo(std::string_view key) const;
  void remember(std::string_view key, std::string json);

  /// Answers and memos, for sealing; rounds count re-entries.
  struct Kept {
    std::map<std::string, std::string, std::less<>> answers;
    std::map<std::string, std::string, std::less<>> memos;
    int round = 0;
  };
  Kept kept() const;
  /// How often the handler has run.
  int round() const;
  void restore(Kept kept);

 private:
  bool skip_notification();

  mutable std::mutex mutex_;
  std::map<std::string, Answer, std::less<>> answers_;
  std::map<std::string, std::string, std::less<>> memos_;
  std::vector<Ask> asks_;
  int round_ = 0;
  double last_progress_ = 0;
  bool any_progress_ = false;
  int sent_before_ = 0;  ///< notifications of earlier rounds
  int sent_now_ = 0;     ///< of this round, skipped ones included
};

}  // namespace rampart::server
