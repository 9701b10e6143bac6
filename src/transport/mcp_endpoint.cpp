#include "transport/mcp_endpoint.hpp"

#include <algorithm>
#include <iterator>

#include "auth/bearer.hpp"
#include "transport/cors.hpp"

namespace rampart::transport {
namespace {

using protocol::Envelope;
using protocol::Version;

Task<void> answered() { co_return; }

http::Response error_response(int status, Error const& error, protocol::RequestId const& id,
                              Version version) {
  http::Response response;
  response.status = status;
  protocol::append_error(response.body, id, error, version);
  return response;
}

}  // namespace

McpEndpoint::McpEndpoint(server::Dispatcher& dispatcher, OriginPolicy origins,
                         EndpointOptions options, base::Rejected rejected)
    : dispatcher_(dispatcher),
      origins_(std::move(origins)),
      options_(options),
      rejected_(std::move(rejected)) {}

std::optional<http::Response> McpEndpoint::admit(http::Head const& head,
                                                 std::string_view client_address,
                                                 http::ClientRef& client) const {
  auto const verdict = origins_.judge(head);
  if (verdict == OriginPolicy::Verdict::allowed) return authenticate(head, client_address, client);
  bool const origin = verdict == OriginPolicy::Verdict::bad_origin;
  auto const request_id = correlation_id(head, {});
  rejected_(origin ? Rejection::origin : Rejection::host, 403, request_id, client_address);
  auto response = error_response(
      403,
      Error(Errc::invalid_request,
            origin ? "this Origin is not allowed" : "this Host is not one this server answers for"),
      {}, protocol::latest_modern);
  response.headers.emplace_back("X-Request-Id", request_id);
  return response;
}

std::optional<http::Response> McpEndpoint::authenticate(http::Head const& head,
                                                        std::string_view client_address,
                                                        http::ClientRef& client) const {
  if (!options_.keys || is_preflight(head)) return std::nullopt;
  auto const sent =
      auth::read_credentials(head.header("Authorization"), head.header_count("Authorization"));
  if (sent.kind == auth::Credentials::Kind::token) client = options_.keys->find(sent.token);
  if (client) return std::nullopt;
  auto const request_id = correlation_id(head, {});
  auto const status = auth::status_of(sent.kind);
  rejected_(Rejection::auth, status, request_id, client_address);
  std::string_view const why = sent.kind == auth::Credentials::Kind::none
                                   ? "this server needs a key: send `Authorization: Bearer KEY`"
                               : sent.kind == auth::Credentials::Kind::token
                                   ? "this server does not know the key"
                                   : "more than one Authorization header";
  auto response = error_response(status, Error(Errc::invalid_request, std::string(why)), {},
                                 protocol::latest_modern);
  response.headers.emplace_back("X-Request-Id", request_id);
  response.headers.emplace_back("WWW-Authenticate", auth::challenge(sent.kind));
  std::ranges::move(cors_headers(head), std::back_inserter(response.headers));
  return response;
}

void McpEndpoint::reject(http::Exchange& exchange, Rejection why, int status, Error const& error,
                         protocol::RequestId const& id) const {
  auto const request_id = correlation_id(exchange.head(), {});
  rejected_(why, status, request_id, exchange.client_address());
  auto response = error_response(status, error, id, protocol::latest_modern);
  response.headers.emplace_back("X-Request-Id", request_id);
  if (status == 503) response.headers.emplace_back("Retry-After", "5");
  exchange.respond(std::move(response));
}

Task<void> McpEndpoint::handle(http::Exchange& exchange) const {
  if (auto* const opening = options_.opening; opening && !opening->is_open())
    return handle_when_open(exchange, *opening);
  return handle_now(exchange);
}

Task<void> McpEndpoint::handle_when_open(http::Exchange& exchange, async::Gate& opening) const {
  co_await opening.wait(opening.loop().now() + options_.opening_limit);
  co_await handle_now(exchange);
}

// No coroutine: most requests are answered here, and streams that stay open for hours have no frame
// more than they need.
Task<void> McpEndpoint::handle_now(http::Exchange& exchange) const {
  auto const method = exchange.head().method();
  Step step;
  if (method == "POST") {
    step = post(exchange);
  } else if (method == "GET") {
    step = get(exchange);
  } else if (method == "DELETE") {
    end_session(exchange);
  } else {
    respond_empty(exchange, 405, "POST, GET, DELETE");
  }
  if (!step) return answered();
  step->stream->on_ready([waker = exchange.waker()] { waker->wake(); });
  return is_stream_at_once(*step) ? serve_stream(exchange, std::move(*step))
                                  : serve(exchange, std::move(*step));
}

McpEndpoint::Step McpEndpoint::post(http::Exchange& exchange) const {
  auto const& head = exchange.head();
  if (!is_json(head)) {
    reject(exchange, Rejection::header, 415,
           Error(Errc::invalid_request, "Content-Type must be application/json"));
    return {};
  }
  auto const accepted = accepts(head);
  if (!accepted.json && !accepted.event_stream) {
    reject(exchange, Rejection::header, 406,
           Error(Errc::invalid_request, "Accept must allow application/json or text/event-stream"));
    return {};
  }
  auto const document = json::Document::parse(exchange.body());
  if (!document) {
    reject(exchange, Rejection::parse, 400, document.error());
    return {};
  }
  if (document->root().is_array()) return post_batch(exchange, document->root(), accepted);
  auto const envelope = protocol::read_envelope(document->root());
  if (!envelope) {
    reject(exchange, Rejection::parse, 400, envelope.error().error, envelope.error().id);
    return {};
  }
  if (protocol::claims_modern(*envelope)) return post_modern(exchange, *envelope, accepted);
  if (envelope->method == "initialize") return post_initialize(exchange, *envelope, accepted);
  if (header_is_modern(head)) return post_modern(exchange, *envelope, accepted);
  return post_legacy(exchange, *envelope, accepted);
}

// The order of these checks is the specification's; see the evaluation order in
// docs/conformance.md.
McpEndpoint::Step McpEndpoint::post_modern(http::Exchange& exchange, Envelope const& envelope,
                                           Accepts accepted) const {
  if (envelope.kind == Envelope::Kind::notification) {
    respond_empty(exchange, 202);
    return {};
  }
  if (envelope.kind == Envelope::Kind::response) {
    reject(exchange, Rejection::parse, 400,
           Error(Errc::invalid_request,
                 "this protocol version has no requests to clients, so no responses either"));
    return {};
  }
  HttpHeaders const headers(exchange.head());
  auto meta = protocol::read_modern_meta(envelope);
  auto in = incoming(exchange, meta ? meta->trace.trace_id() : std::string_view());
  Pending pending;
  pending.accepts = accepted;
  pending.request_id = in.request_id;
  pending.stream = std::make_shared<server::MessageStream>(server::MessageStream::Options{
      accepted.event_stream, false, options_.stream_messages, options_.stream_bytes});
  in.channel = pending.stream;
  in.headers = &headers;
  Result<void> checked = meta ? protocol::check_version_header(headers, meta->protocol_version)
                              : Result<void>(Failure(meta.error()));
  if (checked) {
    auto const version = protocol::parse_version(meta->protocol_version);
    if (!version || !protocol::is_modern(*version))
      checked = Failure(protocol::unsupported_version(meta->protocol_version));
    else
      checked = protocol::check_method_headers(headers, envelope);
  }
  if (!checked) {
    if (checked.error().code == Errc::header_mismatch)
      rejected_(Rejection::header, 400, in.request_id, exchange.client_address());
    dispatcher_.refuse(std::move(in), envelope, checked.error(), 400);
    return started(exchange, std::move(pending));
  }
  in.meta = std::move(*meta);
  take_trace_header(exchange.head(), in.meta.trace);
  in.text = exchange.body();
  pending.call = dispatcher_.start(std::move(in), envelope);
  return started(exchange, std::move(pending));
}

}  // namespace rampart::transport
