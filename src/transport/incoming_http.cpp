#include "transport/incoming_http.hpp"

#include <algorithm>
#include <initializer_list>

#include "base/ids.hpp"
#include "protocol/request_meta.hpp"
#include "transport/trusted_proxies.hpp"

namespace rampart::transport {
namespace {

constexpr std::size_t max_request_id = 64;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool usable_id(std::string_view id) {
  return !id.empty() && id.size() <= max_request_id && std::ranges::all_of(id, [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

Accepts accepts(http::Head const& head) {
  auto const value = head.header("Accept");
  if (!value || *value == "application/json, text/event-stream") return {};  // nearly every client
  auto const text = lower(*value);
  auto where = [&text](std::initializer_list<std::string_view> types) {
    auto first = std::string::npos;
    for (auto type : types) first = std::min(first, text.find(type));
    return first;
  };
  auto const json = where({"application/json", "application/*", "*/*"});
  auto const stream = where({"text/event-stream", "text/*", "*/*"});
  return Accepts{json != std::string::npos, stream != std::string::npos, stream < json};
}

bool header_is_modern(http::Head const& head) {
  auto const value = head.header("MCP-Protocol-Version");
  auto const version = value ? protocol::parse_version(*value) : std::nullopt;
  return version && protocol::is_modern(*version);
}

bool is_json(http::Head const& head) {
  auto const value = head.header("Content-Type");
  if (!value) return false;
  if (*value == "application/json") return true;
  auto text = lower(value->substr(0, value->find(';')));
  while (text.ends_with(' ') || text.ends_with('\t')) text.pop_back();
  return text == "application/json";
}

std::string correlation_id(http::Head const& head, std::string_view trace_id) {
  if (auto const given = head.header("X-Request-Id"); given && usable_id(*given))
    return std::string(*given);
  if (!trace_id.empty()) return std::string(trace_id);
  if (auto const trace = head.header("traceparent"); trace && protocol::valid_traceparent(*trace))
    return std::string(trace->substr(3, 32));
  return base::mint_hex_id();
}

std::shared_ptr<auth::Principal const> principal_of(http::Exchange const& exchange) {
  return std::static_pointer_cast<auth::Principal const>(exchange.client());
}

std::string principal_name(http::Exchange const& exchange) {
  auto const who = principal_of(exchange);
  return who ? who->name : "anonymous";
}

void respond_empty(http::Exchange& exchange, int status, std::string_view allow) {
  auto response = http::empty_response(status);
  response.headers.emplace_back("X-Request-Id", correlation_id(exchange.head(), {}));
  if (!allow.empty()) response.headers.emplace_back("Allow", allow);
  exchange.respond(std::move(response));
}

void take_trace_header(http::Head const& head, TraceContext& trace) {
  if (!trace.traceparent.empty()) return;
  auto const parent = head.header("traceparent");
  if (!parent || !protocol::valid_traceparent(*parent)) return;
  trace.traceparent = *parent;
  if (auto const state = head.header("tracestate")) trace.tracestate = *state;
  if (auto const baggage = head.header("baggage")) trace.baggage = *baggage;
}

server::Incoming incoming(http::Exchange& exchange, std::string_view trace_id) {
  server::Incoming in;
  in.loop = &exchange.loop();
  in.client_address = exchange.client_address();
  in.who = principal_of(exchange);
  if (in.who) in.principal = in.who->name;
  // Without keys it is the address that tells callers apart.
  in.rate_identity = in.who ? in.who->name : share_of_address(in.client_address);
  in.request_id = correlation_id(exchange.head(), trace_id);
  in.bytes_in = exchange.bytes_in();
  return in;
}

server::Incoming legacy_incoming(http::Exchange& exchange, protocol::RequestMeta meta,
                                 std::shared_ptr<server::Session> session,
                                 std::shared_ptr<server::Channel> channel) {
  auto in = incoming(exchange, meta.trace.trace_id());
  in.version = session->version;
  in.meta = std::move(meta);
  take_trace_header(exchange.head(), in.meta.trace);
  in.meta.capabilities = session->capabilities;
  in.meta.log_level = session->log_level();
  in.principal = session->principal;
  in.session = std::move(session);
  in.channel = std::move(channel);
  return in;
}

}  // namespace rampart::transport
