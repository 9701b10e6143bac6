// The two halves of the in-memory client: what sends, and what follows one request to its end. One
// thread.
#pragma once
#include "protocol/content_render.hpp"
#include "server/testing_engine.hpp"

namespace rampart::testing {

class Client::Impl {
 public:
  Impl(std::shared_ptr<Engine> engine_, Options options_);
  /// Sends one request; its messages go to the inbox.
  std::shared_ptr<server::Call> send(std::string_view method, std::string const& members,
                                     std::shared_ptr<Inbox> inbox);

  std::shared_ptr<Engine> const engine;
  Options const options;
  protocol::Version version;
  std::shared_ptr<server::Session> session;
  std::function<Json(Question const&)> answer;

 private:
  std::int64_t next_id_ = 1;
};

struct Pending::State {
  State(std::shared_ptr<Client::Impl> client_, std::string_view method_, Json const& params)
      : client(std::move(client_)), method(method_), members(protocol::members_of(params)) {
    send(members);
  }

  void send(std::string const& with) {
    inbox = std::make_shared<Inbox>();
    call = client->send(method, with, inbox);
  }

  /// Takes what has arrived; true when it is over.
  bool pump();
  void take(std::string const& message);
  void take_notification(std::string_view name, Node params);
  void answer(protocol::Envelope const& question);
  bool answer_all();

  std::shared_ptr<Client::Impl> const client;
  std::string const method;
  std::string const members;
  std::shared_ptr<Inbox> inbox;
  std::shared_ptr<server::Call> call;
  Reply reply;
  std::vector<Progress> progress;
  std::vector<LogMessage> logs;
  int rounds = 1;
  bool asked = false;  ///< in this pump
  bool over = false;
};

}  // namespace rampart::testing
