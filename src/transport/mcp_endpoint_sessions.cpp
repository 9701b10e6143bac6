// The eras with sessions on the MCP endpoint: the handshake, what a session's client posts,
// batches, and DELETE.
#include "transport/batch.hpp"
#include "transport/mcp_endpoint.hpp"

namespace rampart::transport {
namespace {

using protocol::Envelope;

constexpr std::string_view session_header = "Mcp-Session-Id";

}  // namespace

McpEndpoint::Step McpEndpoint::post_initialize(http::Exchange& exchange, Envelope const& envelope,
                                               Accepts accepted) const {
  auto const& head = exchange.head();
  if (header_is_modern(head)) {
    reject(exchange, Rejection::header, 400,
           Error(Errc::header_mismatch,
                 "initialize does not exist in the version the MCP-Protocol-Version header names"),
           envelope.id);
    return {};
  }
  auto const offer = read_initialize(envelope);
  if (!offer) {
    reject(exchange, Rejection::parse, 400, offer.error(), envelope.id);
    return {};
  }
  auto session = dispatcher_.services.sessions.create(
      offer->version, offer->capabilities, principal_name(exchange), exchange.loop().now());
  if (!session) {
    reject(exchange, Rejection::overload, 503, session.error(), envelope.id);
    return {};
  }
  Pending pending;
  pending.accepts = accepted;
  pending.session = *session;
  pending.stream = std::make_shared<server::MessageStream>(server::MessageStream::Options{});
  auto in = legacy_incoming(exchange, {}, *session, pending.stream);
  pending.request_id = in.request_id;
  dispatcher_.start(std::move(in), envelope);
  return started(exchange, std::move(pending));
}

std::shared_ptr<server::Session> McpEndpoint::session_of(http::Exchange& exchange,
                                                         protocol::RequestId const& request) const {
  auto const& head = exchange.head();
  auto const id = head.header(session_header);
  if (!id || head.header_count(session_header) != 1) {
    reject(exchange, Rejection::header, 400,
           Error(Errc::invalid_request,
                 "Mcp-Session-Id header is missing: send initialize first, or a protocol version "
                 "in params._meta"),
           request);
    return nullptr;
  }
  auto session = dispatcher_.services.sessions.find(*id, principal_name(exchange));
  if (!session) {
    reject(exchange, Rejection::header, 404,
           Error(Errc::session_not_found, "unknown or ended session"), request);
    return nullptr;
  }
  if (auto const version = head.header("MCP-Protocol-Version")) {
    auto const parsed = protocol::parse_version(*version);
    if (!parsed || protocol::is_modern(*parsed)) {
      reject(exchange, Rejection::header, 400,
             Error(Errc::invalid_request,
                   "MCP-Protocol-Version header names a version this session cannot use"),
             request);
      return nullptr;
    }
  }
  session->touch(exchange.loop().now());
  return session;
}

McpEndpoint::Pending McpEndpoint::pending_of(std::shared_ptr<server::Session> session,
                                             Accepts accepted) const {
  auto const& limits = dispatcher_.services.sessions.limits();
  Pending pending;
  pending.accepts = accepted;
  pending.session = std::move(session);
  pending.stream = std::make_shared<server::MessageStream>(server::MessageStream::Options{
      accepted.event_stream, true, limits.stream_messages, limits.stream_bytes});
  return pending;
}

McpEndpoint::Step McpEndpoint::post_legacy(http::Exchange& exchange, Envelope const& envelope,
                                           Accepts accepted) const {
  bool const is_request = envelope.kind == Envelope::Kind::request;
  auto session = session_of(exchange, is_request ? envelope.id : protocol::RequestId());
  if (!session) return {};
  if (!is_request) {
    if (envelope.kind == Envelope::Kind::notification)
      dispatcher_.notification(session, envelope);
    else
      dispatcher_.response(*session, envelope);
    respond_empty(exchange, 202);
    return {};
  }
  auto pending = pending_of(session, accepted);
  auto meta = protocol::read_common_meta(envelope);
  auto in = legacy_incoming(exchange, meta ? std::move(*meta) : protocol::RequestMeta(), session,
                            pending.stream);
  pending.request_id = in.request_id;
  in.text = exchange.body();
  if (meta)
    pending.call = dispatcher_.start(std::move(in), envelope);
  else
    dispatcher_.refuse(std::move(in), envelope, meta.error(), 400);
  return started(exchange, std::move(pending));
}

McpEndpoint::Step McpEndpoint::post_batch(http::Exchange& exchange, Node messages,
                                          Accepts accepted) const {
  auto refuse = [&](std::string why) -> Step {
    reject(exchange, Rejection::parse, 400, Error(Errc::invalid_request, std::move(why)));
    return {};
  };
  if (!exchange.head().header(session_header))
    return refuse("this protocol version has no batches");
  auto session = session_of(exchange);
  if (!session) return {};
  if (!protocol::has_batches(session->version))
    return refuse("this protocol version has no batches");
  if (messages.size() == 0 || messages.size() > options_.max_batch)
    return refuse("a batch has 1 to " + std::to_string(options_.max_batch) + " messages");
  auto pending = pending_of(session, accepted);
  Batch batch(pending.stream);
  for (Node message : messages.items()) {
    auto const envelope = protocol::read_envelope(message);
    if (!envelope)
      batch.refuse(envelope.error(), session->version);
    else if (envelope->kind == Envelope::Kind::notification)
      dispatcher_.notification(session, *envelope);
    else if (envelope->kind == Envelope::Kind::response)
      dispatcher_.response(*session, *envelope);
    else if (envelope->method == "initialize")
      batch.refuse(
          {Error(Errc::invalid_request, "initialize cannot be part of a batch"), envelope->id},
          session->version);
    else {
      auto meta = protocol::read_common_meta(*envelope);
      auto in = legacy_incoming(exchange, meta ? std::move(*meta) : protocol::RequestMeta(),
                                session, batch.add());
      in.bytes_in = message.text().size();  // without white space
      pending.request_id = in.request_id;
      if (meta)
        dispatcher_.start(std::move(in), *envelope);
      else
        dispatcher_.refuse(std::move(in), *envelope, meta.error(), 400);
    }
  }
  if (!batch.close()) {
    respond_empty(exchange, 202);
    return {};
  }
  return started(exchange, std::move(pending));
}

void McpEndpoint::end_session(http::Exchange& exchange) const {
  if (!exchange.head().header(session_header)) return respond_empty(exchange, 405, "POST");
  auto session = session_of(exchange);
  if (!session) return;
  for (auto& call : session->running()) {
    auto& loop = call->loop;
    loop.post([call = std::move(call)] { call->cancel(server::CancelReason::session_ended); });
  }
  dispatcher_.services.sessions.erase(session->id);
  respond_empty(exchange, 204);
}

}  // namespace rampart::transport
