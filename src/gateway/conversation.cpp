#include "gateway/conversation.hpp"

#include "base/ids.hpp"
#include "gateway/mirrored.hpp"
#include "json/document.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"
#include "protocol/mirror_headers.hpp"
#include "protocol/translate_result.hpp"

namespace rampart::gateway {
namespace {

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
  extra_params_ = std::move(extra_params);
  continued_ |= !extra_params_.empty();
  auto const& facts = state_.facts;
  upstream::Caller caller;
  caller.capabilities = askable();
  caller.principal = facts.principal;
  caller.session = facts.session_id;
  upstream::Request request;
  request.method = protocol::row(target_.method).name;
  request.params = params_ + extra_params_;
  request.name = target_.name;
  request.capabilities = caller.capabilities;
  request.log_level = facts.log_level;
  request.wants_progress = !facts.progress_token.empty();
  request.trace = facts.trace;
  request.extra_meta = facts.third_party_meta;
  mirror(request);
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

void Conversation::mirror(upstream::Request& request) const {
  auto const& declared = mirrored_ ? *mirrored_ : target_.mirrored;
  if (declared.empty()) return;
  auto const document = json::Document::parse_copy(arguments_);
  if (!document) return;
  for (auto& [name, value] : protocol::mirror_headers(declared, document->root()))
    request.param_headers.emplace_back(std::move(name), std::move(value));
}

bool Conversation::met_another_server(upstream::Event const& error) const {
  auto const& upstream = *target_.upstream;
  bool const http = upstream.config().kind != config::UpstreamKind::stdio;
  return http && !mirrored_ && upstream::is_another_server(error, *upstream.greeting());
}

void Conversation::start_anew() {
  mirrored_ = target_.method == protocol::Method::tools_call
                  ? mirrored_of(*target_.upstream, target_.name)
                  : std::vector<protocol::MirroredParam>();
  // An older server asks by itself, and knows nothing of answers that come with a call.
  bool const modern = target_.upstream->greeting()->modern();
  start(modern ? std::exchange(extra_params_, {}) : std::string());
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
  state_.discard(request.key);  // an answer from an earlier round
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
  state_.remember(memo::parked, json::quoted(*id));
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
  state_.remember(memo::asked, asked + "}");
  state_.remember(memo::state,
                  required.request_state ? json::quoted(*required.request_state) : "null");
  return fail(Errc::needs_input, {});
}

std::optional<Conversation::Outcome> Conversation::complete_with(upstream::Event const& event) {
  auto const& result = event.json;
  bool const modern = protocol::is_modern(run_->version());
  if (modern) {
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
  how.upstream = run_->version();
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
    out.hints = hints_of(translated->hints, modern);
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
  if (!askable().elicitation_url || state_.memo(memo::urls)) {
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
  state_.remember(memo::urls, asked + "}");
  return fail(Errc::needs_input, {});
}

std::optional<Conversation::Outcome> Conversation::fail_with(upstream::Event const& event) {
  if (auto failed = lacking(event)) return failed;
  auto translated = protocol::translate_error(event.json, target_.method, target_.name);
  using Kind = protocol::UpstreamError::Kind;
  switch (translated.kind) {
    case Kind::failed:
    case Kind::capability:
    case Kind::gateway:
      break;
    case Kind::url_required:
      if (target_.method == protocol::Method::tools_call) return ask_urls(translated);
      break;
  }
  return Outcome(Failure(std::move(translated.error)));
}

}  // namespace rampart::gateway
