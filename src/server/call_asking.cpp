// How a call asks its client: 2026-07-28 by a result that carries the sealed state, older revisions
// by requests while the call waits.
#include <utility>

#include "server/asking.hpp"
#include "server/call.hpp"
#include "server/dispatcher.hpp"

namespace rampart::server {

void Call::ask_client() {
  auto asks = state->take_asks();
  if (asks.empty())
    return refuse(
        Error(Errc::internal, "internal error", "the handler returned needs_input without asking"));
  // Counted in the state, which survives both the re-entry here and the next request of a modern
  // client.
  auto const limit = dispatcher.options.max_rounds;
  if (state->round() > limit)
    return refuse(Error(Errc::invalid_params, "the call asked the client in more than " +
                                                  std::to_string(limit) + " rounds"));
  if (modern())
    ask_by_result(std::move(asks));
  else
    ask_by_requests(std::move(asks));
}

void Call::ask_by_result(std::vector<Ask> asks) {
  auto const kept = state->kept();
  auto const sealed = seal_state(dispatcher.services.sealer, binding, kept,
                                 loop.clock().wall() + dispatcher.options.state_ttl,
                                 dispatcher.options.state_bytes);
  if (!sealed) return refuse(sealed.error());
  Reply reply;
  reply.json = result_json(Rendered{input_required_members(asks, *sealed)}, "input_required");
  finish(std::move(reply));
}

void Call::ask_by_requests(std::vector<Ask> asks) {
  if (!session || !state->channel->can_stream())
    return refuse(Error(
        Errc::invalid_request,
        "this tool asks the client back, which needs `Accept: text/event-stream` on the request"));
  hold();
  awaited_ = asks.size();
  outstanding_.clear();
  arm(dispatcher.options.ask_timeout);
  for (auto& ask : asks) {
    auto const request = session->expect(Session::Expected{weak_from_this(), ask.key});
    outstanding_.push_back(request);
    std::string json = R"({"jsonrpc":"2.0","id":)" + std::to_string(request) + R"(,"method":")";
    json += ask.method;
    json += R"(","params":)" + ask.params + "}";
    state->channel->message(std::move(json));
  }
}

/// Legacy: the person need not answer any more.
void Call::withdraw_questions() {
  if (outstanding_.empty()) return;
  for (auto const request : session->forget(std::exchange(outstanding_, {})))
    state->channel->message(
        R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" +
        std::to_string(request) + R"(,"reason":"the call passed its time limit"}})");
}

void Call::answered(std::string key, Answer answer) {
  if (finished_ || awaited_ == 0) return;
  state->give(std::move(key), std::move(answer));
  if (--awaited_ == 0) execute();
}

}  // namespace rampart::server
