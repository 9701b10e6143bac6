// Answers of the MCP endpoint: one JSON body when that is all there is, an event stream otherwise.
#include <algorithm>

#include "transport/mcp_endpoint.hpp"
#include "transport/sse.hpp"

namespace rampart::transport {
namespace {

constexpr auto never = base::Steady::time_point::max();

void add_retry_after(http::Response& response, std::chrono::milliseconds wait) {
  auto const seconds = std::max<std::int64_t>(1, (wait.count() + 999) / 1000);
  response.headers.emplace_back("Retry-After", std::to_string(seconds));
}

http::Response json_response(server::Reply reply, std::string request_id,
                             std::shared_ptr<server::Session> const& session) {
  http::Response response;
  response.status = reply.http_status;
  response.body = std::move(reply.json);
  if (response.body.empty()) {
    response.status = 202;  // withdrawn: there is no answer
    response.content_type.clear();
  }
  response.headers.emplace_back("X-Request-Id", std::move(request_id));
  if (reply.retry_after) add_retry_after(response, *reply.retry_after);
  if (session) response.headers.emplace_back("Mcp-Session-Id", session->id);
  return response;
}

}  // namespace

/// Most requests are answered by now: they cost no coroutine of their own.
McpEndpoint::Step McpEndpoint::started(http::Exchange& exchange, Pending&& pending) const {
  if (!answer_as_json(exchange, pending)) return std::move(pending);
  return {};
}

/// Only success is worth a stream: an error has its HTTP status.
bool McpEndpoint::answer_as_json(http::Exchange& exchange, Pending& pending) {
  auto reply = pending.stream->take_lone_reply(pending.accepts.stream_first);
  if (!reply) return false;
  exchange.respond(
      json_response(std::move(*reply), std::move(pending.request_id), pending.session));
  return true;
}

McpEndpoint::Step McpEndpoint::get(http::Exchange& exchange) const {
  auto const& head = exchange.head();
  if (!head.header("Mcp-Session-Id")) {
    respond_empty(exchange, 405, "POST");
    return {};
  }
  auto session = session_of(exchange);
  if (!session) return {};
  if (!accepts(head).event_stream) {
    reject(exchange, Rejection::header, 406,
           Error(Errc::invalid_request, "Accept must allow text/event-stream"));
    return {};
  }
  Pending pending;
  pending.session = session;
  pending.resumed = true;
  pending.request_id = correlation_id(head, {});
  if (auto const last = head.header("Last-Event-ID")) {
    auto const id = sse::parse_event_id(*last);
    pending.stream = id ? session->stream(id->stream) : nullptr;
    if (!pending.stream) {
      reject(exchange, Rejection::header, 400,
             Error(Errc::invalid_request, "Last-Event-ID names no stream of this session"));
      return {};
    }
    pending.number = id->stream;
    pending.after = id->number;
  } else {
    pending.stream = session->stream(0);
    pending.after = pending.stream->delivered();
  }
  return pending;
}

/// Only revisions with a priming event have clients that come back for a stream that ended early.
bool McpEndpoint::releases_streams(Pending const& pending) const {
  return options_.release_after.count() > 0 && pending.session &&
         protocol::has_priming_event(pending.session->version);
}

bool McpEndpoint::is_stream_at_once(Pending const& pending) {
  return pending.resumed || !pending.accepts.json ||
         (pending.call && pending.call->subscription != 0);
}

/// Waits for what the answer will be: one body, or a stream.
Task<void> McpEndpoint::serve(http::Exchange& exchange, Pending pending) const {
  bool const releases = pending.accepts.event_stream && releases_streams(pending);
  auto const begun = exchange.loop().now();
  auto until = begun + options_.stream_after;
  if (releases) until = std::min(until, begun + options_.release_after);
  bool as_stream = false;
  while (!as_stream && !pending.stream->finished()) {
    if (pending.stream->has_messages(pending.after) || pending.stream->released()) {
      as_stream = true;
      break;
    }
    auto const woken = co_await exchange.wait(until);
    if (woken == http::Exchange::Woken::peer_gone) {
      // In the handshake eras a lost connection is not a withdrawal.
      if (pending.call && !pending.session) pending.call->cancel(server::CancelReason::disconnect);
      co_return;
    }
    if (woken != http::Exchange::Woken::timeout) continue;
    if (releases && exchange.loop().now() >= begun + options_.release_after)
      pending.stream->release();
    if (pending.accepts.event_stream)
      as_stream = true;
    else
      until = never;
  }
  if (!as_stream && answer_as_json(exchange, pending)) co_return;
  co_await serve_stream(exchange, std::move(pending));
}

void McpEndpoint::begin_stream(http::Exchange& exchange, Pending const& pending) {
  std::vector<std::pair<std::string, std::string>> headers{
      {"X-Request-Id", pending.request_id},
      {"Cache-Control", "no-store, no-transform"},
      {"X-Accel-Buffering", "no"}};
  if (pending.session) headers.emplace_back("Mcp-Session-Id", pending.session->id);
  exchange.begin_stream(200, "text/event-stream", std::move(headers));
  exchange.forget_request();  // a parked stream keeps no request in memory
}

/// Appends the events that wait to `out`.
void McpEndpoint::take_events(Pending& pending, std::string& out) {
  for (auto const& event : pending.stream->take(pending.after)) {
    pending.after = event.number;
    std::optional<sse::EventId> id;
    if (pending.session) id = sse::EventId{pending.number, event.number};
    sse::append_message(out, event.json, id);
  }
}

/// Appends the reply of a finished stream, unless it was one of the events.
void McpEndpoint::take_reply(Pending const& pending, std::string& out) {
  if (pending.stream->keeps()) return;
  auto const reply = pending.stream->take_reply();
  if (!reply.json.empty()) sse::append_message(out, reply.json, std::nullopt);
}

Task<void> McpEndpoint::serve_stream(http::Exchange& exchange, Pending pending) const {
  bool const legacy = pending.session != nullptr;
  bool const primes = legacy && protocol::has_priming_event(pending.session->version);
  if (legacy && pending.number == 0 && !pending.resumed)
    pending.number = pending.session->add_stream(pending.stream);
  auto const waker = exchange.waker();
  bool evicted = false;
  auto const owner = &evicted;
  auto const gone = std::make_shared<std::atomic<bool>>(false);
  if (legacy)
    pending.session->attach(
        pending.number,
        [waker, gone] {
          *gone = true;
          waker->wake();
        },
        owner);

  begin_stream(exchange, pending);
  if (pending.call) pending.call->endpoint = server::Endpoint::sse;
  std::string out;
  auto const retry = static_cast<int>(options_.retry.count());
  if (primes) sse::append_priming(out, sse::EventId{pending.number, pending.after}, retry);
  bool const releases = releases_streams(pending) && pending.number != 0;
  auto const quiet_until = [&] {
    return releases ? exchange.loop().now() + options_.release_after : never;
  };
  auto release = quiet_until();
  bool ended = false;
  bool peer_gone = false;
  bool begun = false;  // the head goes out at once, also when there is nothing to say yet
  while (!ended && !peer_gone) {
    bool const finished = pending.stream->finished();
    auto const before = pending.after;
    take_events(pending, out);
    if (pending.after != before) release = quiet_until();
    if (finished) {
      take_reply(pending, out);
      ended = true;
    } else if (primes && pending.number != 0 && pending.stream->take_released()) {
      sse::append_retry(out, retry);
      ended = true;
    } else if (*gone || pending.stream->overflowed()) {
      ended = true;
    }
    if (!out.empty()) exchange.write(out);
    if (!out.empty() || !begun) {
      begun = true;
      out.clear();
      bool const sent = co_await exchange.flush();
      peer_gone = !sent;
      if (sent) pending.stream->set_delivered(pending.after);
    }
    if (ended || peer_gone) break;
    if (pending.stream->has_messages(pending.after) || pending.stream->finished()) continue;
    std::string().swap(out);  // it may be hours until there is more
    auto const until = std::min(release, exchange.loop().now() + options_.keep_alive);
    auto const woken = co_await exchange.wait(until);
    if (woken == http::Exchange::Woken::peer_gone) peer_gone = true;
    if (woken != http::Exchange::Woken::timeout) continue;
    if (until == release)
      pending.stream->release();
    else
      out = sse::keep_alive;
  }
  if (legacy) pending.session->detach(pending.number, owner);
  // In the handshake eras a lost connection is not a withdrawal: the client may come back for the
  // rest.
  if (pending.call && !legacy && !pending.call->finished())
    pending.call->cancel(peer_gone ? server::CancelReason::disconnect
                                   : server::CancelReason::drain);
}

}  // namespace rampart::transport
