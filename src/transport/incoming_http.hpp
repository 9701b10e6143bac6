// One HTTP request as the MCP endpoint sees it: its headers as protocol rules ask for them, what it
// accepts, and the correlation id.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "auth/principal.hpp"
#include "http/exchange.hpp"
#include "protocol/mcp_headers.hpp"
#include "server/call.hpp"

namespace rampart::transport {

class HttpHeaders final : public protocol::HeaderSource {
 public:
  explicit HttpHeaders(http::Head const& head) : head_(head) {}
  std::optional<std::string_view> find(std::string_view name) const override {
    return head_.header(name);
  }
  bool conflicting(std::string_view name) const override { return head_.header_count(name) > 1; }

 private:
  http::Head const& head_;
};

/// Accept: an absent header accepts everything.
struct Accepts {
  bool json = true;
  bool event_stream = true;
  bool stream_first = false;  ///< both, and text/event-stream is named first
};
Accepts accepts(http::Head const& head);

/// MCP-Protocol-Version names a revision without sessions.
bool header_is_modern(http::Head const& head);

/// Content-Type: application/json with or without parameters.
bool is_json(http::Head const& head);

/// X-Request-Id when it is 1 to 64 characters of A-Z a-z 0-9 . _ -, else the trace id of
/// `traceparent`, else a new one.
std::string correlation_id(http::Head const& head, std::string_view trace_id);

/// An answer without a body; `allow`: the Allow header of a 405.
void respond_empty(http::Exchange& exchange, int status, std::string_view allow = {});

/// Whose key the request carries; null when keys are not asked for.
std::shared_ptr<auth::Principal const> principal_of(http::Exchange const& exchange);
/// Its name, or "anonymous".
std::string principal_name(http::Exchange const& exchange);

/// The trace of the `traceparent` header and its companions (W3C Trace Context), unless the message
/// itself names one.
void take_trace_header(http::Head const& head, TraceContext& trace);

/// What every request of this exchange has in common; version, meta and channel are the caller's to
/// add.
server::Incoming incoming(http::Exchange& exchange, std::string_view trace_id);
/// A request of a handshake-era session: what it negotiated comes from there.
server::Incoming legacy_incoming(http::Exchange& exchange, protocol::RequestMeta meta,
                                 std::shared_ptr<server::Session> session,
                                 std::shared_ptr<server::Channel> channel);

}  // namespace rampart::transport
