#include "gateway/conversation.hpp"

#include "base/ids.hpp"
#include "json/document.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"
#include "protocol/mirror_headers.hpp"
#include "protocol/translate_result.hpp"

namespace rampart::gateway {
namespace {

// Kept, sealed, between the rounds of one request.
constexpr std::string_view parked_memo = "parked";
constexpr std::string_view asked_memo = "asked";  ///< {"key":"method"} of the last round
constexpr std::string_view state_memo = "state";  ///< the modern upstream's requestState
constexpr std::string_view urls_memo = "urls";

/// The literal that Ask wants, for methods an upstream may use.
std::string_view question_method(std::string_view method) {
  for (std::string_view known : {"elicitation/create", "sampling/createMessage", "roots/list"})
    if (method == known) return known;
  return {};
}

std::string cancelled_answer(std::string_view method) {
  if (method == "elicitation/create") return R"({"action":"cancel"})";
  return R"({"code":-32601,"message":"the client cannot be asked this"})";
}

/// Does the call carry what its server promises to carry out only once?
bool carries(std::string const& key, std::string const& meta, std::string const& arguments) {
  if (key.empty()) return false;
  auto const in = [&](std::string const& object) {
    auto const members = json::slice_valid_object(object);
    auto const value = members ? members->find(key) : std::nullopt;
    return value && *value != "null" && *value != R"("")";
  };
  return in("{" + meta + "}") || in(arguments);
}

Failure state_lost() {
  return fail(
      Errc::state_rejected,
      "the call this answer belongs to is gone: it was answered already, waited too long, or its "
      "server ended");
}

}  // namespace

Conversation::Conversation(Parking& parking, server::CallState& state, Target const& target,
                           std::string params, std::string arguments)
    : parking_(parking),
      state_(state),
      target_(target),
      params_(std::move(params)),
      arguments_(std::move(arguments)) {}

/// What this client can be asked, now: an older one only over a stream.
ClientCapabilities Conversation::askable() const {
  bool const modern = protocol::is_modern(state_.facts.version);
  if (!modern && !state_.channel->can_stream()) return {};
  auto out = state_.facts.capabilities;
  if (modern) out.roots_list_changed = false;  // it has no way to say so
  if (!protocol::has_elicitation(state_.facts.version))
    out.elicitation_form = out.elicitation_url = false;
  if (!protocol::has_url_elicitation(state_.facts.version)) out.elicitation_url = false;
  return out;
}

void Conversation::start(std::string extra_params) {
  continued_ |= !extra_params.empty();
  auto const& facts = state_.facts;
  upstream::Caller caller;
  caller.capabilities = askable();
  caller.principal = facts.principal;
  caller.session = facts.session_id;
  upstream::Request request;
  request.method = protocol::row(target_.method).name;
  request.params = params_ + extra_params;
  request.name = target_.name;
  request.capabilities = caller.capabilities;
  request.log_level = facts.log_level;
  request.wants_progress = !facts.progress_token.empty();
  request.trace = facts.trace;
  request.extra_meta = facts.third_party_meta;
  if (!target_.mirrored.empty())
    if (auto const document = json::Document::parse_copy(arguments_))
      for (auto& [name, value] : protocol::mirror_headers(target_.mirrored, document->root()))
        request.param_headers.emplace_back(std::move(name), std::move(value));
  if (facts.log_level) target_.upstream->want_log_level(*facts.log_level);
  auto repeatable = target_.repeatable;
  if (target_.method == protocol::Method::tools_call) {
    // An older server is not told of third parties' _meta.
    auto const& greeting = target_.upstream->greeting();
    auto const& meta = greeting && greeting->modern() ? facts.third_party_meta : std::string();
    if (carries(target_.upstream->lane(target_.name).retry.idempotency_key, meta, arguments_))
      repeatable = upstream::Repeatable::yes;
  }
  run_ = std::make_unique<upstream::Run>(target_.upstream, std::move(caller), std::move(request),
                                         repeatable);
}

Result<void> Conversation::resume() {
  if (auto const parked = state_.memo(parked_memo))
    return resume_parked(json::string_of(*parked).value_or(""));
  if (state_.memo(asked_memo)) return resume_modern();
  if (state_.memo(urls_memo)) return resume_after_urls();
  // Answers that belong to no question of ours are the upstream's to judge.
  std::string responses;
  auto const& greeting = target_.upstream->greeting();
  if (greeting && greeting->modern())
    for (auto const& [key, answer] : state_.answers()) {
      if (!responses.empty()) responses += ',';
      (responses += json::quoted(key)) += ':';
      responses += answer.json;
    }
  start(responses.empty() ? responses : R"(,"inputResponses":{)" + responses + "}");
  return {};
}

Result<void> Conversation::resume_parked(std::string const& id) {
  auto parked = parking_.take(id, state_.facts.principal);
  if (!parked) return state_lost();
  continued_ = true;
  state_.continues();
  run_ = std::move(parked->run);
  bool missing = false;
  for (auto const& [key, question] : parked->questions) {
    if (state_.answer(key)) continue;
    missing = true;
    put_question(key, question.method, question.params);
  }
  if (missing) {
    questions_ = std::move(parked->questions);
    return Failure(park().error());
  }
  for (auto const& [key, question] : parked->questions) {
    auto const answer = state_.answer(key);
    if (answer->is_error) {
      run_->answer(question.upstream_id, answer->json, true);
      continue;
    }
    auto const translated = protocol::translate_answer(question.method, answer->json);
    if (!translated) return Failure(translated.error());
    run_->answer(question.upstream_id, *translated, false);
  }
  return {};
}

// The upstream keeps nothing: the same call goes out once more, with the answers and its own state.
Result<void> Conversation::resume_modern() {
  auto const memo = *state_.memo(asked_memo);
  auto const asked = json::slice_valid_object(memo);
  if (!asked) return state_lost();
  std::string responses;
  for (auto const& [key, method] : asked->members()) {
    auto const answer = state_.answer(key);
    if (!answer) continue;  // the upstream asks again
    auto const name = json::string_of(method).value_or("");
    auto translated = answer->is_error ? protocol::answer_of_error(name, answer->json)
                                       : protocol::translate_answer(name, answer->json);
    if (!translated) return Failure(translated.error());
    if (!responses.empty()) responses += ',';
    (responses += json::quoted(key)) += ':';
    responses += *translated;
  }
  std::string extra = R"(,"inputResponses":{)" + responses + "}";
  if (auto const kept = state_.memo(state_memo); kept && *kept != "null")
    extra += R"(,"requestState":)" + *kept;
  state_.continues();
  start(std::move(extra));
  return {};
}

Result<void> Conversation::resume_after_urls() {
  auto const memo = *state_.memo(urls_memo);
  auto const keys = json::slice_valid_object(memo);
  for (auto const& [key, value] : keys->members()) {
    auto const answer = state_.answer(key);
    auto const members = answer && !answer->is_error
                             ? json::slice_valid_object(answer->json)
                             : Result<json::Slices>(fail(Errc::declined, {}));
    if (!members || members->find("action") != R"("accept")")
      return fail(Errc::declined, "the page that this call needs was not opened");
  }
  start({});
  return {};
}

void Conversation::put_question(std::string key, std::string_view method, std::string_view params) {
  state_.ask(server::Ask{
      std::move(key), question_method(method),
      protocol::translate_question(method, params, state_.facts.version, base::mint_hex_id())});
}

void Conversation::ask(upstream::Event const& question) {
  protocol::InputRequest const request{"q" + question.question, question.method, question.json};
  auto const undeclared = protocol::lacking_capability(request, askable());
  if (undeclared) {
    undeclared_ = *undeclared;
    bool const cancel = question.method == "elicitation/create";
    return run_->answer(question.question, cancelled_answer(question.method), !cancel);
  }
  questions_.emplace(request.key, Question{question.question, question.method, question.json});
  put_question(request.key, request.method, request.params);
}

namespace {

Failure missing_capability(std::string_view what, std::string_view lacking) {
  Error error(Errc::missing_capability, std::string(what));
  error.data = R"({"requiredCapabilities":)" + std::string(lacking) + "}";
  return Failure(std::move(error));
}

}  // namespace

/// A legacy upstream that was not allowed to ask fails in words of its own; 2026-07-28 has one for
/// it, which says what to declare.
std::optional<Conversation::Outcome> Conversation::lacking(upstream::Event const& end) const {
  auto const& what = end.undeclared.empty() ? undeclared_ : end.undeclared;
  if (what.empty() || !protocol::is_modern(state_.facts.version)) return std::nullopt;
  return Outcome(missing_capability(
      "the tool's server needs to ask for what this client did not declare", what));
}

Conversation::Outcome Conversation::park() {
  auto const limit = target_.upstream->config().timeouts.ask;
  bool const stays = !protocol::is_modern(state_.facts.version);
  auto id = parking_.put(Parked{std::move(run_), std::move(questions_), state_.facts.principal},
                         limit, stays ? state_.stop.get_token() : std::stop_token());
  if (!id) return Failure(id.error());
  state_.remember(parked_memo, json::quoted(*id));
  return fail(Errc::needs_input, {});
}

Conversation::Outcome Conversation::ask_all(protocol::InputRequired required) {
  std::string asked = "{";
  for (auto const& request : required.requests) {
    if (auto const lacking = protocol::lacking_capability(request, askable())) {
      return missing_capability(
          "the tool's server asks for what this client did not declare: " + request.method,
          *lacking);
    }
    state_.discard(request.key);
    put_question(request.key, request.method, request.params);
    if (asked.size() > 1) asked += ',';
    (asked += json::quoted(request.key)) += ':';
    asked += json::quoted(request.method);
  }
  state_.remember(asked_memo, asked + "}");
  state_.remember(state_memo,
                  required.request_state ? json::quoted(*required.request_state) : "null");
  return fail(Errc::needs_input, {});
}

std::optional<Conversation::Outcome> Conversation::complete_with(upstream::Event const& event) {
  auto const& result = event.json;
  auto const& greeting = *target_.upstream->greeting();
  if (greeting.modern()) {
    auto required = protocol::read_input_required(result);
    if (!required) return Failure(required.error());
    if (*required && ++rounds_ > Bridge::max_rounds)
      return fail(Errc::unavailable, "the upstream asked in more rounds than the gateway allows");
    if (*required && (*required)->requests.empty()) {
      // It only wants to be called again with its state.
      start(R"(,"requestState":)" + json::quoted((*required)->request_state.value_or("")));
      return std::nullopt;
    }
    if (*required) return ask_all(std::move(**required));
  }
  protocol::ResultTranslation how;
  how.method = target_.method;
  how.upstream = greeting.version;
  how.client = state_.facts.version;
  how.wrap_structured = target_.wrap_structured;
  auto translated = protocol::translate_result(result, how);
  if (!translated) return Failure(translated.error());
  if (translated->is_error)
    if (auto failed = lacking(event)) return failed;
  server::Rendered out;
  out.members = std::move(translated->members);
  out.is_error = translated->is_error;
  out.meta = std::move(translated->meta);
  if (target_.method == protocol::Method::resources_read)
    out.hints = hints_of(translated->hints, greeting.modern());
  return out;
}

/// For how long and for whom the answer to a read may be kept, by the client and by us.
protocol::CacheHints Conversation::hints_of(protocol::CacheHints said, bool modern) const {
  auto const& upstream = *target_.upstream;
  if (!modern) said = {};  // its own words mean nothing there
  if (!said.ttl_ms)
    said.ttl_ms = static_cast<std::uint64_t>(upstream.config().cache.read_ttl.count());
  target_.upstream->reads().answered(said.ttl_ms > 0);
  if (continued_) return {0, false};  // it depends on more than the request
  bool const shared = upstream.config().mode == config::UpstreamMode::automatic ||
                      upstream.config().mode == config::UpstreamMode::single;
  said.is_public &= shared;
  return said;
}

Conversation::Outcome Conversation::ask_urls(protocol::UpstreamError const& error) {
  if (!askable().elicitation_url || state_.memo(urls_memo)) {
    std::string text = "This needs a page to be opened first: " + error.error.message;
    for (auto const& one : error.elicitations) text += "\n" + one.message + ": " + one.url;
    server::Rendered out;
    out.members =
        R"("content":[{"type":"text","text":)" + json::quoted(text) + R"(}],"isError":true)";
    out.is_error = true;
    return out;
  }
  std::string asked = "{";
  int number = 0;
  for (auto const& one : error.elicitations) {
    auto const key = "url-" + std::to_string(++number);
    put_question(key, "elicitation/create",
                 R"({"mode":"url","message":)" + json::quoted(one.message) + R"(,"url":)" +
                     json::quoted(one.url) + "}");
    if (asked.size() > 1) asked += ',';
    asked += json::quoted(key) + ":true";
  }
  state_.remember(urls_memo, asked + "}");
  return fail(Errc::needs_input, {});
}

std::optional<Conversation::Outcome> Conversation::fail_with(upstream::Event const& event) {
  if (auto failed = lacking(event)) return failed;
  auto translated = protocol::translate_error(event.json, target_.method, target_.name);
  using Kind = protocol::UpstreamError::Kind;
  switch (translated.kind) {
    case Kind::failed:
    case Kind::capability:
      break;
    case Kind::gateway:
      // Its schema may have changed under us; once more with what it says now is for the next call.
      break;
    case Kind::url_required:
      if (target_.method == protocol::Method::tools_call) return ask_urls(translated);
      break;
  }
  return Outcome(Failure(std::move(translated.error)));
}

}  // namespace rampart::gateway
