// The server under examination: a session that is opened again when the server did not survive
// something, and single requests with short patience.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "async/condition.hpp"
#include "client/doctor/tap.hpp"
#include "client/session.hpp"

namespace rampart::client {

/// How a server took a request.
struct Reaction {
  enum class Kind { result, error, silence, death, refusal };
  Kind kind = Kind::silence;
  std::string json = {};  ///< of result and error
  int code = 0;           ///< of error
  std::string why = {};   ///< of death and refusal
  std::chrono::milliseconds took{0};
  std::int64_t id = 0;  ///< of the request
};

class Subject {
 public:
  static constexpr std::chrono::milliseconds patience{5'000};  ///< for one answer

  /// All references outlive it.
  Subject(async::Loop& loop, upstream::LinkFactory& links, Target const& target,
          std::string client_version);

  /// Opens the session if it is not open; nullopt: it is.
  Task<std::optional<Trouble>> ready();
  /// Needs ready(). What the server asks meanwhile is cancelled.
  Task<Reaction> react(upstream::Request request);
  /// Sends a request and takes it back at once; the reaction has the id only.
  Reaction withdraw(upstream::Request request);
  /// Writes a line that is no message; tells whether the server still answers afterwards.
  Task<Reaction> survive(std::string line);
  /// Waits until this request was answered all the same, or until then; true: answered.
  Task<bool> answered(std::int64_t request, base::Steady::time_point until);
  void drop() { session_.reset(); }

  async::Loop& loop() { return loop_; }
  Target const& target() const { return target_; }
  Session& session() { return *session_; }
  Traffic const& traffic() const { return traffic_; }
  bool is_command() const { return !target_.server.command.empty(); }
  /// At any time so far.
  bool died_of_probe() const { return died_of_probe_; }
  /// Right after the first ready(): the server let the question for its era pass in silence.
  bool ignored_probe() const;

 private:
  async::Loop& loop_;
  upstream::LinkFactory& links_;
  Target target_;
  std::string const client_version_;
  Console const silent_;
  Questions questions_;
  Traffic traffic_;
  async::Condition arrived_;
  bool died_of_probe_ = false;
  std::unique_ptr<Session> session_;
};

}  // namespace rampart::client
