// One pass of a bridged request: starts the upstream call or goes on with a parked one, collects
// what the upstream asks, and turns its end into the client's answer. Lives inside Bridge::run.
#pragma once
#include <optional>

#include "gateway/bridge.hpp"
#include "protocol/cache_hints.hpp"
#include "protocol/translate_error.hpp"
#include "protocol/translate_input.hpp"
#include "server/call_state.hpp"

namespace rampart::gateway {

/// Names of what is kept, sealed, between the rounds of one request.
namespace memo {
inline constexpr std::string_view parked = "parked";  ///< the id of a call of an older upstream
inline constexpr std::string_view asked = "asked";    ///< {"key":"method"} of the last round
inline constexpr std::string_view state = "state";    ///< the modern upstream's requestState
inline constexpr std::string_view urls = "urls";      ///< {"key":true}: pages to open first
inline constexpr std::string_view reader = "reader";  ///< who asks, of those that may know a URI
}  // namespace memo

class Conversation {
 public:
  using Outcome = Result<server::Rendered>;

  Conversation(Parking& parking, server::CallState& state, Target const& target, std::string params,
               std::string arguments);

  /// Takes up what the client's answers belong to, or starts anew. Errors: needs_input when answers
  /// are missing, state_rejected, what an answer lacks.
  Result<void> resume();
  upstream::Run& run() { return *run_; }

  /// A legacy upstream's question. One that this client cannot be asked is answered at once.
  void ask(upstream::Event const& question);
  /// There are questions for the client.
  bool asking() const { return !questions_.empty(); }
  /// Leaves the call where it is until the answers come.
  Outcome park();
  /// nullopt: the upstream is called again, and the conversation goes on.
  std::optional<Outcome> complete_with(upstream::Event const& result);
  std::optional<Outcome> fail_with(upstream::Event const& error);
  /// The error says that another server answers at the upstream's address than the one the call was
  /// made for, and the call has not been made anew for that yet.
  bool met_another_server(upstream::Event const& error) const;
  /// Calls again, as the upstream wants it now.
  void start_anew();

 private:
  void start(std::string extra_params);
  void mirror(upstream::Request& request) const;
  Result<void> resume_parked(std::string const& id);
  Result<void> resume_modern();
  Result<void> resume_after_urls();
  Outcome ask_all(protocol::InputRequired required);
  Outcome ask_urls(protocol::UpstreamError const& error);
  void put_question(std::string key, std::string_view method, std::string_view params);
  ClientCapabilities askable() const;
  std::optional<Outcome> lacking(upstream::Event const& end) const;
  protocol::CacheHints hints_of(protocol::CacheHints said, bool modern) const;

  Parking& parking_;
  server::CallState& state_;
  Target const& target_;
  std::string const params_;
  std::string const arguments_;
  std::unique_ptr<upstream::Run> run_;
  std::map<std::string, Question, std::less<>> questions_;
  std::string undeclared_;    ///< what a question would have needed of the client, see Event
  std::string extra_params_;  ///< of the latest start
  /// In force since start_anew(); before, the target's.
  std::optional<std::vector<protocol::MirroredParam>> mirrored_;
  int rounds_ = 0;
  bool continued_ = false;  ///< it carries answers of the client or a state of the upstream
};

}  // namespace rampart::gateway
