#include "rampart/testing.hpp"

#include <stdexcept>

#include "json/document.hpp"
#include "json/write.hpp"
#include "protocol/content_render.hpp"
#include "rampart/server.hpp"
#include "server/testing_engine.hpp"

namespace rampart::testing {
namespace {

std::string capabilities_json(ClientCapabilities const& can) {
  std::string out = "{";
  auto add = [&out](std::string_view member) {
    if (out.back() != '{') out += ',';
    out += member;
  };
  if (can.sampling) {
    add(R"("sampling":{)");
    if (can.sampling_tools) add(R"("tools":{})");
    if (can.sampling_context) add(R"("context":{})");
    out += '}';
  }
  if (can.elicitation_form || can.elicitation_url) {
    add(R"("elicitation":{)");
    if (can.elicitation_form) add(R"("form":{})");
    if (can.elicitation_url) add(R"("url":{})");
    out += '}';
  }
  if (can.roots) add(can.roots_list_changed ? R"("roots":{"listChanged":true})" : R"("roots":{})");
  return out + "}";
}

/// A client of an older revision does not declare what its revision does not have.
ClientCapabilities known_to(protocol::Version version, ClientCapabilities can) {
  can.elicitation_form = can.elicitation_form && protocol::has_elicitation(version);
  can.elicitation_url = can.elicitation_url && protocol::has_url_elicitation(version);
  return can;
}

std::string meta_json(Options const& options, protocol::Version version, std::int64_t id) {
  std::string out = R"("_meta":{"progressToken":)" + std::to_string(id);
  if (!protocol::is_modern(version)) return out + "}";
  out += R"(,"io.modelcontextprotocol/protocolVersion":")" + options.protocol_version;
  out += R"(","io.modelcontextprotocol/clientInfo":{"name":"rampart-testing","version":"1"})";
  out +=
      R"(,"io.modelcontextprotocol/clientCapabilities":)" + capabilities_json(options.capabilities);
  if (options.log_level) {
    out += R"(,"io.modelcontextprotocol/logLevel":")";
    out += name(*options.log_level);
    out += '"';
  }
  return out + "}";
}

double number(std::optional<Node> node) { return node ? node->as_double().value_or(0) : 0; }
std::string text(std::optional<Node> node) {
  auto const value = node ? node->as_string() : std::nullopt;
  return value ? std::string(*value) : std::string();
}

}  // namespace

std::chrono::system_clock::time_point FakeClock::wall() const {
  using namespace std::chrono;
  constexpr sys_days begin{year(2026) / 1 / 1};
  return begin + duration_cast<system_clock::duration>(nanoseconds(elapsed_.load() - start));
}

ClientCapabilities Options::all_capabilities() {
  return {true, true, true, true, true, true, true};
}

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

Client::Impl::Impl(std::shared_ptr<Engine> engine_, Options options_)
    : engine(std::move(engine_)), options(std::move(options_)), version(protocol::latest_modern) {
  auto const parsed = protocol::parse_version(options.protocol_version);
  if (!parsed) throw std::invalid_argument("no such protocol version: " + options.protocol_version);
  version = *parsed;
  if (protocol::is_modern(version)) return;
  auto created = engine->sessions.create(version, known_to(version, options.capabilities),
                                         options.principal, engine->loop.now());
  if (!created) throw std::runtime_error(created.error().message);
  session = std::move(*created);
  if (options.log_level) session->set_log_level(*options.log_level);
}

std::shared_ptr<server::Call> Client::Impl::send(std::string_view method,
                                                 std::string const& members,
                                                 std::shared_ptr<Inbox> inbox) {
  auto const id = next_id_++;
  std::string message = R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":)" +
                        json::quoted(method) + R"(,"params":{)" + members +
                        (members.empty() ? "" : ",") + meta_json(options, version, id) + "}}";
  auto const document = json::Document::parse(message);
  if (!document) throw std::invalid_argument("params: " + document.error().message);
  auto const envelope = protocol::read_envelope(document->root());
  if (!envelope) throw std::invalid_argument(envelope.error().error.message);
  auto meta =
      session ? protocol::read_common_meta(*envelope) : protocol::read_modern_meta(*envelope);
  if (!meta) throw std::invalid_argument(meta.error().message);
  server::Incoming in;
  in.loop = &engine->loop;
  in.version = version;
  in.meta = std::move(*meta);
  in.session = session;
  if (session) {
    in.meta.capabilities = session->capabilities;
    in.meta.log_level = session->log_level();
  }
  in.channel = std::move(inbox);
  in.principal = options.principal;
  in.rate_identity = options.principal;
  in.request_id = "test-" + std::to_string(id);
  in.bytes_in = message.size();
  return engine->dispatcher.start(std::move(in), *envelope);
}

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

Client::Client(Server& server, Options options)
    : impl_(std::make_shared<Impl>(std::make_shared<Engine>(server, options), options)) {}

Client Client::another(Options options) const {
  return Client(std::make_shared<Impl>(impl_->engine, std::move(options)));
}

Pending Client::start(std::string_view method, Json params) {
  return Pending(std::make_shared<Pending::State>(impl_, method, params));
}
Reply Client::request(std::string_view method, Json params) {
  return start(method, std::move(params)).reply();
}

Pending Client::start_call(std::string_view tool, Json arguments) {
  return start("tools/call", Json::trusted(R"({"name":)" + json::quoted(tool) + R"(,"arguments":)" +
                                           std::move(arguments).text() + "}"));
}
Reply Client::call(std::string_view tool, Json arguments) {
  return start_call(tool, std::move(arguments)).reply();
}
Reply Client::call(std::string_view tool, std::string_view arguments) {
  auto parsed = Json::parse(std::string(arguments));
  if (!parsed) throw std::invalid_argument("arguments: " + parsed.error().message);
  return call(tool, std::move(*parsed));
}

Reply Client::read(std::string_view uri) {
  return request("resources/read", Json::trusted(R"({"uri":)" + json::quoted(uri) + "}"));
}
Reply Client::get_prompt(std::string_view name, Json arguments) {
  return request("prompts/get",
                 Json::trusted(R"({"name":)" + json::quoted(name) + R"(,"arguments":)" +
                               std::move(arguments).text() + "}"));
}
Reply Client::list(std::string_view what) {
  return request(what == "templates" ? "resources/templates/list" : std::string(what) + "/list");
}

void Client::on_question(std::function<Json(Question const&)> answer) {
  impl_->answer = std::move(answer);
}

void Client::poll() { impl_->engine->poll(); }

void Client::advance(std::chrono::nanoseconds by) {
  if (!impl_->engine->clock) throw std::logic_error("advance() needs Options::clock");
  impl_->engine->clock->advance(by);
  impl_->engine->poll();
}

Client::CacheCounts Client::cache_counts() const {
  auto const& engine = *impl_->engine;
  return {engine.hits, engine.misses, engine.bypasses};
}

}  // namespace rampart::testing
