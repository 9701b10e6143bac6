// Following one request: its notifications are collected, its questions answered, its rounds
// repeated.
#include <stdexcept>

#include "json/document.hpp"
#include "json/write.hpp"
#include "server/testing_client.hpp"

namespace rampart::testing {
namespace {

double number(std::optional<Node> node) { return node ? node->as_double().value_or(0) : 0; }
std::string text(std::optional<Node> node) {
  auto const value = node ? node->as_string() : std::nullopt;
  return value ? std::string(*value) : std::string();
}

}  // namespace

bool Pending::State::pump() {
  if (over) return true;
  asked = false;
  for (auto const& message : inbox->take_messages()) take(message);
  if (asked) ++rounds;
  if (!inbox->ended()) return false;
  reply = Reply(inbox->ended()->json);
  if (!reply.questions().empty() && client->answer) return answer_all();
  over = true;
  reply.progress = std::move(progress);
  reply.logs = std::move(logs);
  reply.rounds = rounds;
  return true;
}

void Pending::State::take(std::string const& message) {
  auto const document = json::Document::parse_copy(message);
  auto const envelope = document ? protocol::read_envelope(document->root())
                                 : tl::unexpected(protocol::BadEnvelope{document.error(), {}});
  if (!envelope) throw std::logic_error("the server sent what is no JSON-RPC message: " + message);
  if (envelope->kind == protocol::Envelope::Kind::request) return answer(*envelope);
  if (envelope->params) take_notification(envelope->method, *envelope->params);
}

void Pending::State::take_notification(std::string_view name, Node params) {
  if (name == "notifications/progress") {
    auto const total = params.find("total");
    progress.push_back(Progress{number(params.find("progress")),
                                total ? total->as_double() : std::nullopt,
                                text(params.find("message"))});
  } else if (name == "notifications/message") {
    auto const data = params.find("data");
    logs.push_back(LogMessage{text(params.find("level")), text(params.find("logger")),
                              Json::trusted(data ? data->text() : "null")});
  }
}

/// Older revisions: the server sends a request, and gets a response.
void Pending::State::answer(protocol::Envelope const& question) {
  std::string response = R"({"jsonrpc":"2.0","id":)" + question.id.text();
  if (client->answer) {
    Json const params = Json::trusted(question.params ? question.params->text() : "{}");
    response += R"(,"result":)" +
                client->answer(Question{std::string(question.method), params}).text() + "}";
  } else {
    response += R"(,"error":{"code":-32601,"message":"nobody answers in this test"}})";
  }
  auto const document = json::Document::parse_copy(response);
  if (!document) throw std::invalid_argument("the answer is not JSON: " + response);
  auto const envelope = protocol::read_envelope(document->root());
  if (envelope) client->engine->dispatcher.response(*client->session, *envelope);
  asked = true;
}

/// 2026-07-28: the questions came in the result, and the request is sent again with the answers.
bool Pending::State::answer_all() {
  auto const document = json::Document::parse_copy(reply.json().text());
  std::string responses;
  for (auto const& [key, request] : document->root().find("inputRequests")->members()) {
    auto const params = request.find("params");
    Question const question{text(request.find("method")),
                            Json::trusted(params ? params->text() : "{}")};
    if (!responses.empty()) responses += ',';
    responses += json::quoted(key) + ":" + client->answer(question).text();
  }
  std::string again = members;
  if (!again.empty()) again += ',';
  again += R"("inputResponses":{)" + responses + R"(},"requestState":)" +
           json::quoted(text(document->root().find("requestState")));
  ++rounds;
  send(again);
  return false;
}

bool Pending::done() const {
  state_->client->engine->poll();
  return state_->pump();
}

void Pending::cancel() { state_->call->cancel(server::CancelReason::notification); }

Reply Pending::reply() {
  state_->client->engine->run_until([this] { return state_->pump(); });
  return state_->reply;
}

}  // namespace rampart::testing
