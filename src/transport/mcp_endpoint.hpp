// The MCP endpoint over Streamable HTTP: both eras on one path. It turns HTTP requests into
// JSON-RPC messages and their answers into JSON bodies or event streams; what the messages mean is
// the dispatcher's business.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/gate.hpp"
#include "auth/keys.hpp"
#include "base/rejection.hpp"
#include "http/exchange.hpp"
#include "json/document.hpp"
#include "server/dispatcher.hpp"
#include "server/message_stream.hpp"
#include "transport/incoming_http.hpp"
#include "transport/origin_policy.hpp"

namespace rampart::transport {

using base::Rejection;

struct EndpointOptions {
  std::chrono::milliseconds stream_after{10'000};  ///< an unanswered call becomes an event stream
  std::chrono::milliseconds keep_alive{15'000};    ///< comment on a quiet stream
  std::chrono::milliseconds release_after{0};      ///< a quiet stream ends early; 0: never
  std::chrono::milliseconds retry{500};            ///< hint when a stream ends early
  std::size_t stream_messages = 1'024;             ///< waiting on one stream
  std::size_t stream_bytes = 4 << 20;
  async::Gate* opening = nullptr;  ///< requests wait until it is open; null: there is none
  std::chrono::milliseconds opening_limit{60'000};
  auth::Keys const* keys = nullptr;  ///< null: everybody is anonymous
  std::size_t max_batch = 100;       ///< messages of a JSON-RPC batch (2025-03-26)
};

class McpEndpoint {
 public:
  McpEndpoint(server::Dispatcher& dispatcher, OriginPolicy origins, EndpointOptions options,
              base::Rejected rejected);

  /// Host, Origin and key, before the body is read. `client` becomes the key's principal.
  std::optional<http::Response> admit(http::Head const& head, std::string_view client_address,
                                      http::ClientRef& client) const;
  Task<void> handle(http::Exchange& exchange) const;

 private:
  std::optional<http::Response> authenticate(http::Head const& head,
                                             std::string_view client_address,
                                             http::ClientRef& client) const;

  /// An answer that is not there yet: what to wait for, and how to write it.
  struct Pending {
    std::shared_ptr<server::MessageStream> stream;
    std::shared_ptr<server::Call> call;        ///< null for batches and resumed streams
    std::shared_ptr<server::Session> session;  ///< legacy: the stream can be resumed
    std::uint64_t number = 0;                  ///< of the stream in the session; 0 until it is one
    std::uint64_t after = 0;                   ///< the last event the client has
    bool resumed = false;
    Accepts accepts;
    std::string request_id;
  };
  using Step = std::optional<Pending>;  ///< nothing when the exchange has been answered

  Step post(http::Exchange& exchange) const;
  Step post_modern(http::Exchange& exchange, protocol::Envelope const& envelope,
                   Accepts accepts) const;
  Step post_initialize(http::Exchange& exchange, protocol::Envelope const& envelope,
                       Accepts accepts) const;
  Step post_legacy(http::Exchange& exchange, protocol::Envelope const& envelope,
                   Accepts accepts) const;
  Step post_batch(http::Exchange& exchange, Node batch, Accepts accepts) const;
  Step get(http::Exchange& exchange) const;
  void end_session(http::Exchange& exchange) const;

  /// nullptr after the exchange was answered with the reason.
  std::shared_ptr<server::Session> session_of(http::Exchange& exchange,
                                              protocol::RequestId const& request = {}) const;
  /// What a session's client posted, with a stream that can be resumed.
  Pending pending_of(std::shared_ptr<server::Session> session, Accepts accepted) const;
  Step started(http::Exchange& exchange, Pending&& pending) const;
  bool releases_streams(Pending const& pending) const;
  static bool answer_as_json(http::Exchange& exchange, Pending& pending);
  void reject(http::Exchange& exchange, Rejection why, int status, Error const& error,
              protocol::RequestId const& id = {}) const;

  Task<void> handle_when_open(http::Exchange& exchange, async::Gate& opening) const;
  Task<void> handle_now(http::Exchange& exchange) const;
  static bool is_stream_at_once(Pending const& pending);
  static void begin_stream(http::Exchange& exchange, Pending const& pending);
  static void take_events(Pending& pending, std::string& out);
  static void take_reply(Pending const& pending, std::string& out);
  Task<void> serve(http::Exchange& exchange, Pending pending) const;
  Task<void> serve_stream(http::Exchange& exchange, Pending pending) const;

  server::Dispatcher& dispatcher_;
  OriginPolicy const origins_;
  EndpointOptions const options_;
  base::Rejected const rejected_;
};

}  // namespace rampart::transport
