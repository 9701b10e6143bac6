// What a legacy upstream asks its client: whose question it is, and which ones are refused.
#include <algorithm>

#include "protocol/error_codes.hpp"
#include "protocol/translate_input.hpp"
#include "upstream/connection_core.hpp"
#include "upstream/message_render.hpp"

namespace rampart::upstream {
namespace {
namespace code = protocol::code;

std::optional<RpcError> undeclared(bool declared, Message const& message) {
  if (declared) return std::nullopt;
  return RpcError{code::method_not_found, message.method + " was not declared by this client"};
}

// 2025-11-25, client/elicitation: a mode that was not declared is a fault of the params.
std::optional<RpcError> elicitation_objection(ClientCapabilities const& can,
                                              json::Slices const& params) {
  auto const mode = json::string_of(params.find("mode").value_or("")).value_or("form");
  if (mode == "form" ? can.elicitation_form : mode == "url" && can.elicitation_url)
    return std::nullopt;
  return RpcError{code::invalid_params, "this client did not declare elicitation in mode " + mode};
}
}  // namespace

std::optional<RpcError> ConnectionCore::objection(Message const& message) const {
  auto const& can = options_.capabilities;
  auto const& method = message.method;
  auto const params = params_of(message);
  if (!params) return RpcError{code::invalid_params, params.error().message};
  if (method == "roots/list") return undeclared(can.roots, message);
  if (method == "sampling/createMessage") {
    if (can.sampling && !can.sampling_tools && params->find("tools"))
      return RpcError{code::invalid_params, "this client did not declare sampling with tools"};
    return undeclared(can.sampling, message);
  }
  if (method == "elicitation/create") {
    if (can.elicitation_form || can.elicitation_url) return elicitation_objection(can, *params);
    return undeclared(false, message);
  }
  return RpcError{code::method_not_found, "this client does not know the method"};
}

// The request on whose stream it came; else the only one that it can be about.
std::shared_ptr<Exchange> ConnectionCore::asked(Arrival const& arrival) const {
  if (arrival.request != 0) {
    auto const exchange = find(arrival.request);
    return exchange && exchange->role_ == Role::ordinary ? exchange : nullptr;
  }
  std::shared_ptr<Exchange> only, asker;
  std::size_t askers = 0;
  for (auto const& [id, candidate] : exchanges_) {
    if (candidate->role_ != Role::ordinary) continue;
    only = candidate;
    if (!candidate->may_ask_) continue;
    asker = candidate;
    if (++askers > 1) return nullptr;
  }
  if (askers == 1) return asker;
  return ordinary_ == 1 ? only : nullptr;
}

bool ConnectionCore::is_open(std::string_view question) const {
  if (std::ranges::count(kept_, question) > 0) return true;
  return std::ranges::any_of(exchanges_, [&](auto const& entry) {
    return std::ranges::count(entry.second->questions_, question, &Exchange::Question::id) > 0;
  });
}

void ConnectionCore::refuse(Message const& message, RpcError const& why, std::int64_t related) {
  answer(message.id, render_error(why.code, why.message), true, related);
}

// Whoever made the request may want to know what it would have needed.
void ConnectionCore::note_undeclared(Message const& message, Arrival const& arrival) {
  if (!protocol::is_question(message.method)) return;
  protocol::InputRequest const request{
      {}, message.method, message.params.empty() ? "{}" : std::string(message.params)};
  auto const lacking = protocol::lacking_capability(request, options_.capabilities);
  auto const exchange = lacking ? asked(arrival) : nullptr;
  if (exchange) exchange->undeclared_ = *lacking;
}

void ConnectionCore::question(Message const& message, Arrival&& arrival) {
  if (modern()) return noise("a request to the client, which 2026-07-28 does not know");
  if (message.method == "ping") return answer(message.id, "{}", false, arrival.request);
  if (is_open(message.id)) return noise("a question whose id is taken by an open one");
  if (auto const why = objection(message)) {
    note_undeclared(message, arrival);
    return refuse(message, *why, arrival.request);
  }
  bool const roots = message.method == "roots/list";
  auto exchange = asked(arrival);
  if (roots) exchange = asked_for_roots(std::move(exchange));
  if (!exchange && roots && may_wait() && keep(message.id)) return;
  if (!exchange) {
    ask_again_ |= roots;
    std::string_view const text =
        ordinary_ == 0 || arrival.request != 0
            ? "the question belongs to no request in flight"
            : "several requests are in flight, and the question does not say which one it is for";
    return refuse(message, RpcError{code::internal_error, std::string(text)}, arrival.request);
  }
  if (exchange->open_questions() == Exchange::max_questions)
    return refuse(message, RpcError{code::internal_error, "too many open questions"},
                  arrival.request);
  push_question(*exchange, {std::string(message.id), roots}, message.method,
                message.params.empty() ? "{}" : std::string(message.params), resume());
}

void ConnectionCore::push_question(Exchange& exchange, Exchange::Question question,
                                   std::string method, std::string params, Resume how) {
  Event event;
  event.kind = Event::Kind::question;
  event.method = std::move(method);
  event.question = question.id;
  event.json = std::move(params);
  exchange.questions_.push_back(std::move(question));
  exchange.push(std::move(event), how);
}

}  // namespace rampart::upstream
