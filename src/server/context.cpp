#include "rampart/context.hpp"

#include "json/document.hpp"
#include "json/write.hpp"
#include "server/call_state.hpp"

namespace rampart {
namespace {

Failure lacks(std::string_view what, std::string capabilities) {
  return Failure(protocol::missing_capability(what, std::move(capabilities)));
}

Result<json::Document> parsed(server::Answer const& answer) {
  return json::Document::parse_copy(answer.json);
}

std::string member_text(Node object, std::string_view key) {
  auto const member = object.find(key);
  auto const text = member ? member->as_string() : std::nullopt;
  return text ? std::string(*text) : std::string();
}

/// accept, decline, cancel, or empty when the answer has another shape.
std::string action_of(Node answer) {
  auto action = member_text(answer, "action");
  return action == "accept" || action == "decline" || action == "cancel" ? action : std::string();
}

Failure refused(server::Answer const& answer) {
  auto const document = json::Document::parse_copy(answer.json);
  auto message = document ? member_text(document->root(), "message") : std::string();
  return fail(Errc::declined,
              message.empty() ? "the client refused to answer" : std::move(message));
}

std::string form_params(std::string_view message, std::string_view schema, bool with_mode) {
  std::string out = with_mode ? R"({"mode":"form","message":)" : R"({"message":)";
  json::append_string(out, message);
  out += R"(,"requestedSchema":)";
  out += schema;
  out += '}';
  return out;
}

std::string sample_params(SampleRequest const& request) {
  std::string out = R"({"messages":[)";
  for (auto const& message : request.messages) {
    if (out.back() != '[') out += ',';
    out += R"({"role":)";
    json::append_string(out, message.role);
    out += R"(,"content":{"type":"text","text":)";
    json::append_string(out, message.text);
    out += "}}";
  }
  out += R"(],"maxTokens":)";
  json::append_int(out, request.max_tokens);
  if (!request.system_prompt.empty()) {
    out += R"(,"systemPrompt":)";
    json::append_string(out, request.system_prompt);
  }
  if (request.temperature) {
    out += R"(,"temperature":)";
    json::append_double(out, *request.temperature);
  }
  out += '}';
  return out;
}

/// The text of one content block or of several.
std::string text_of(Node content) {
  if (content.is_object()) return member_text(content, "text");
  std::string out;
  for (Node block : content.items()) out += member_text(block, "text");
  return out;
}

}  // namespace

std::string_view Context::request_id() const { return state_->facts.request_id; }
std::string_view Context::principal() const { return state_->facts.principal; }
std::string_view Context::protocol_version() const { return protocol::name(state_->facts.version); }
ClientCapabilities const& Context::client() const { return state_->facts.capabilities; }
TraceContext const& Context::trace() const { return state_->facts.trace; }
std::chrono::steady_clock::time_point Context::deadline() const { return state_->deadline; }
RedisState Context::redis() const { return state_->facts.redis; }
std::stop_token Context::stop_token() const { return state_->stop.get_token(); }
void Context::release_stream() { state_->channel->release(); }
void Context::recall(std::string_view key, std::function<void(Node)> const& use) const {
  auto const stored = state_->memo(key);
  if (!stored) return;
  if (auto const document = json::Document::parse_copy(*stored)) use(document->root());
}
void Context::remember(std::string_view key, std::string json) {
  state_->remember(key, std::move(json));
}

void Context::progress(double progress, std::optional<double> total, std::string_view message) {
  state_->progress(progress, total, message);
}
void Context::log(LogLevel level, std::string_view message, std::string_view logger) {
  state_->log(level, json::quoted(message), logger);
}
void Context::log(LogLevel level, Json const& data, std::string_view logger) {
  state_->log(level, data.text(), logger);
}

void Context::server_log(LogLevel level, std::string_view event, LogFields fields) const {
  auto const& facts = state_->facts;
  if (!facts.server_log) return;
  std::string data;
  for (auto const& [key, value] : fields)
    (((data += data.empty() ? '{' : ',') += json::quoted(key)) += ':') += json::quoted(value);
  if (!data.empty()) data += '}';
  (*facts.server_log)(facts, level, event, data);
}

Result<ElicitReply> Context::ask_form(std::string_view key, std::string_view message,
                                      Json const& schema) {
  if (!client().elicitation_form) return lacks("elicitation", R"({"elicitation":{}})");
  if (auto const answer = state_->answer(key)) {
    if (answer->is_error) return ElicitReply{"cancel", Json()};
    auto const document = parsed(*answer);
    auto action = document ? action_of(document->root()) : std::string();
    if (!action.empty()) {
      auto const content = document->root().find("content");
      return ElicitReply{std::move(action),
                         content ? Json::trusted(content->text()) : Json::trusted("{}")};
    }
    state_->discard(key);  // not of an answer's shape: ask again
  }
  bool const with_mode = protocol::has_url_elicitation(state_->facts.version);
  state_->ask(server::Ask{std::string(key), "elicitation/create",
                          form_params(message, schema.text(), with_mode)});
  return fail(Errc::needs_input, "the client was asked");
}

Result<void> Context::elicit_accepted(std::string_view key, std::string_view message,
                                      std::string const& schema,
                                      std::function<bool(Node)> const& accept) {
  auto reply = ask_form(key, message, Json::trusted(schema));
  if (!reply) return Failure(std::move(reply.error()));
  if (reply->action != "accept")
    return fail(Errc::declined, "the user did not answer: " + reply->action);
  auto const content = json::Document::parse_copy(reply->content.text());
  if (content && accept(content->root())) return {};
  state_->discard(key);
  auto again = ask_form(key, message, Json::trusted(schema));
  return Failure(std::move(again.error()));
}

Result<void> Context::elicit_url(std::string_view key, std::string_view message,
                                 std::string_view url) {
  if (!client().elicitation_url)
    return lacks("elicitation by URL", R"({"elicitation":{"url":{}}})");
  if (auto const answer = state_->answer(key)) {
    if (answer->is_error) return refused(*answer);
    auto const document = parsed(*answer);
    auto const action = document ? action_of(document->root()) : std::string();
    if (action == "accept") return {};
    if (!action.empty()) return fail(Errc::declined, "the user did not open the page: " + action);
    state_->discard(key);
  }
  std::string params = R"({"mode":"url","message":)";
  json::append_string(params, message);
  params += R"(,"url":)";
  json::append_string(params, url);
  if (!protocol::is_modern(state_->facts.version)) {
    params += R"(,"elicitationId":)";
    json::append_string(params, state_->facts.request_id + "-" + std::string(key));
  }
  params += '}';
  state_->ask(server::Ask{std::string(key), "elicitation/create", std::move(params)});
  return fail(Errc::needs_input, "the client was asked");
}

Result<SampleReply> Context::sample(std::string_view key, SampleRequest const& request) {
  return ask_model(key, sample_params(request));
}

Result<SampleReply> Context::sample(std::string_view key, Json const& params) {
  auto const document = json::Document::parse_copy(params.text());
  if (!document || !document->root().is_object())
    return fail(Errc::internal, "sample: the params must be a JSON object");
  if (document->root().find("tools") && client().sampling && !client().sampling_tools)
    return lacks("sampling with tools", R"({"sampling":{"tools":{}}})");
  return ask_model(key, std::string(params.text()));
}

Result<SampleReply> Context::ask_model(std::string_view key, std::string params) {
  if (!client().sampling) return lacks("sampling", R"({"sampling":{}})");
  if (auto const answer = state_->answer(key)) {
    if (answer->is_error) return refused(*answer);
    auto const document = parsed(*answer);
    auto const content = document ? document->root().find("content") : std::nullopt;
    if (content && (content->is_object() || content->is_array())) {
      Node const root = document->root();
      return SampleReply{member_text(root, "role"), text_of(*content), member_text(root, "model"),
                         member_text(root, "stopReason"), Json::trusted(answer->json)};
    }
    state_->discard(key);
  }
  state_->ask(server::Ask{std::string(key), "sampling/createMessage", std::move(params)});
  return fail(Errc::needs_input, "the client was asked");
}

Result<std::vector<Root>> Context::roots(std::string_view key) {
  if (!client().roots) return lacks("roots", R"({"roots":{}})");
  if (auto const answer = state_->answer(key)) {
    if (answer->is_error) return refused(*answer);
    auto const document = parsed(*answer);
    auto const list = document ? document->root().find("roots") : std::nullopt;
    if (list && list->is_array()) {
      std::vector<Root> out;
      for (Node item : list->items())
        out.push_back(Root{member_text(item, "uri"), member_text(item, "name")});
      return out;
    }
    state_->discard(key);
  }
  state_->ask(server::Ask{std::string(key), "roots/list", "{}"});
  return fail(Errc::needs_input, "the client was asked");
}

}  // namespace rampart
