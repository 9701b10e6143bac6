// One server and one person: opens the way, sends requests one after the other, answers what the
// server asks meanwhile, and shows what it reports. Loop thread only.
#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/condition.hpp"
#include "client/console.hpp"
#include "client/questions.hpp"
#include "client/status.hpp"
#include "config/upstream.hpp"
#include "upstream/connection.hpp"
#include "upstream/link_factory.hpp"

namespace rampart::client {

/// Which server, and how patiently.
struct Target {
  config::Upstream server;
  upstream::Probe probe = upstream::Probe::automatic;
  std::chrono::milliseconds timeout{60'000};  ///< of the handshake; of each answer, and anew with
                                              ///< each progress. A person's time does not count.
  std::string name() const;                   ///< for messages: the URL, or the command line
};

/// What a request came to.
struct Outcome {
  std::optional<std::string> result;  ///< JSON object
  Trouble trouble = {};               ///< when there is none
};

class Session {
 public:
  static constexpr int max_rounds = 32;  ///< of questions in one call of a modern server
  static constexpr std::size_t kept_error_lines = 20;  ///< of stderr, shown when the server is lost
  static constexpr std::chrono::milliseconds close_patience{1'000};
  static constexpr std::chrono::milliseconds probe_timeout{5'000};

  /// What the doctor looks at. All may be empty.
  struct Hooks {
    /// Puts something between the connection and the server.
    std::function<std::unique_ptr<upstream::Link>(std::unique_ptr<upstream::Link>)> wrap;
    std::function<void(std::string const&)> error_line;
  };

  /// All references outlive it.
  Session(async::Loop& loop, upstream::LinkFactory& links, Target const& target,
          Questions& questions, Console const& console, std::string client_version, Hooks hooks);

  /// Finds the era and shakes hands; nullopt: done.
  Task<std::optional<Trouble>> open();
  /// Sends a request and everything it takes to get its result. `watched`: the person hears of
  /// progress and log messages.
  Task<Outcome> request(upstream::Request request, bool watched);
  /// Ends politely, and the hard way when the server takes its time.
  Task<void> close();
  /// The person wants to go: what is under way ends as Status::interrupted.
  void interrupt();

  upstream::Greeting const& greeting() const { return *connection_->greeting(); }
  upstream::Connection& connection() { return *connection_; }
  bool is_open() const { return connection_ && !closed_; }
  /// The server ended when it was asked for its era.
  bool died_of_probe() const { return died_of_probe_; }
  /// The last handshake, from the start of the server.
  std::chrono::nanoseconds handshake_time() const { return handshake_time_; }
  /// The last lines of the server's stderr, each in a line of its own; empty when there were none.
  std::string last_words() const;

 private:
  Task<std::optional<Trouble>> attempt(upstream::Probe probe, bool older);
  Task<upstream::Event> finish(std::shared_ptr<upstream::Exchange> exchange);
  Task<std::optional<Trouble>> answer_all(std::string result, std::string* extra);
  void show(upstream::Event const& event) const;
  void heard(std::string line);
  Trouble trouble_of(upstream::Event const& end) const;
  Trouble lost(Error const& error) const;

  async::Loop& loop_;
  upstream::LinkFactory& links_;
  Target const& target_;
  Questions& questions_;
  Console const& console_;
  std::string const client_version_;
  Hooks const hooks_;
  std::unique_ptr<upstream::Connection> connection_;
  std::shared_ptr<upstream::Exchange> exchange_;
  async::Condition changed_;
  std::deque<std::string> error_lines_;
  std::chrono::nanoseconds handshake_time_{};
  bool closed_ = false;
  bool timed_out_ = false;
  bool interrupted_ = false;
  bool died_of_probe_ = false;
};

}  // namespace rampart::client
