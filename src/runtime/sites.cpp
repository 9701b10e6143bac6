#include "runtime/sites.hpp"

#include "base/ids.hpp"
#include "transport/cors.hpp"

namespace rampart::runtime {
namespace {

constexpr std::string_view mcp_path = "/mcp";

http::Response text(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

http::Response json(Readiness::Answer answer) {
  http::Response response;
  response.status = answer.status;
  response.body = std::move(answer.json);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

bool is_probe(std::string_view path) { return path == "/health" || path == "/ready"; }

/// /health and /ready stand on both listeners.
std::optional<http::Response> probe(http::Head const& head, Readiness const& readiness) {
  auto const path = head.path();
  if (!is_probe(path)) return std::nullopt;
  if (head.method() != "GET" && head.method() != "HEAD") {
    auto response = text(405, "GET\n");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  return json(path == "/health" ? readiness.health() : readiness.ready());
}

base::Rejection reason(http::Refusal why) {
  switch (why) {
    case http::Refusal::malformed:
      return base::Rejection::parse;
    case http::Refusal::header_limit:
      return base::Rejection::header;
    case http::Refusal::body_limit:
      return base::Rejection::size;
    case http::Refusal::timeout:
      return base::Rejection::overload;
    case http::Refusal::overload:
      return base::Rejection::overload;
  }
  return base::Rejection::parse;
}

}  // namespace

bool PublicSite::serves_mcp(std::string_view path) const {
  return path == mcp_path || (pair_ && (path == transport::SsePair::stream_path ||
                                        path == transport::SsePair::message_path));
}

std::optional<http::Response> PublicSite::admit(http::Head const& head,
                                                std::string_view client_address,
                                                http::ClientRef& client) {
  auto const path = head.path();
  if (serves_mcp(path)) return endpoint_.admit(head, client_address, client);
  if (is_probe(path)) return std::nullopt;
  return text(404, "MCP is served at /mcp; probes at /health and /ready\n");
}

std::size_t PublicSite::body_limit(http::Head const& head) {
  return serves_mcp(head.path()) ? max_body_ : 0;
}

// Not a coroutine itself: the usual path would pay for a second frame.
Task<void> PublicSite::handle(http::Exchange& exchange) {
  auto const& head = exchange.head();
  if (head.header("Origin") && serves_mcp(head.path())) {
    if (transport::is_preflight(head)) return handle_other(exchange);
    exchange.add_headers(transport::cors_headers(head));
  }
  return head.path() == mcp_path ? endpoint_.handle(exchange) : handle_other(exchange);
}

Task<void> PublicSite::handle_other(http::Exchange& exchange) {
  auto const& head = exchange.head();
  if (serves_mcp(head.path()) && transport::is_preflight(head)) {
    exchange.respond(transport::answer_preflight(head));
    co_return;
  }
  if (pair_ && head.path() == transport::SsePair::stream_path && head.method() == "GET") {
    co_await pair_->open(exchange);
    co_return;
  }
  if (pair_ && head.path() == transport::SsePair::message_path && head.method() == "POST") {
    pair_->post(exchange);
    co_return;
  }
  if (auto response = probe(head, readiness_)) {
    exchange.respond(std::move(*response));
    co_return;
  }
  auto response = http::empty_response(405);
  bool const stream = head.path() == transport::SsePair::stream_path;
  response.headers.emplace_back("Allow", stream ? "GET" : "POST");
  exchange.respond(std::move(response));
}

void PublicSite::refused(http::Refusal why, http::Head const* head, http::Response& response,
                         std::string_view client_address) {
  response.content_type = "application/json";
  std::string message =
      why == http::Refusal::body_limit ? "the request body is larger than MAX_REQUEST_SIZE allows"
      : why == http::Refusal::header_limit ? "the request has too many or too long headers"
      : why == http::Refusal::timeout      ? "the request took too long to arrive"
      : why == http::Refusal::overload     ? "too much at once; try again shortly"
                                           : "not an HTTP/1.1 request this server reads";
  response.body.clear();
  protocol::append_error(response.body, {}, Error(Errc::invalid_request, std::move(message)),
                         protocol::latest_modern);
  auto const request_id = head ? transport::correlation_id(*head, {}) : base::mint_hex_id();
  response.headers.emplace_back("X-Request-Id", request_id);
  rejected_(reason(why), response.status, request_id, client_address);
}

// Metrics name tools and clients: no web page may read them through a name that it made point here.
std::optional<http::Response> PrivateSite::admit(http::Head const& head, std::string_view,
                                                 http::ClientRef&) {
  switch (origins_.judge(head)) {
    case transport::OriginPolicy::Verdict::allowed:
      return std::nullopt;
    case transport::OriginPolicy::Verdict::bad_host:
      return text(403, "this Host is not allowed here; RAMPART_ALLOWED_HOSTS names others\n");
    case transport::OriginPolicy::Verdict::bad_origin:
      return text(403, "this Origin is not allowed\n");
  }
  return std::nullopt;
}

Task<void> PrivateSite::handle(http::Exchange& exchange) {
  if (auto response = probe(exchange.head(), readiness_)) {
    exchange.respond(std::move(*response));
    co_return;
  }
  if (exchange.head().path() != "/metrics") {
    exchange.respond(text(404, "/metrics, /health and /ready are served here\n"));
    co_return;
  }
  http::Response response;
  response.content_type = base::Metrics::content_type;
  response.body = metrics_.text();
  exchange.respond(std::move(response));
}

}  // namespace rampart::runtime
