// Streamable HTTP as the way to an upstream, both eras: each message is a POST of its own, answered
// by JSON or by a stream of events.
#pragma once
#include <chrono>
#include <cstddef>
#include <memory>

#include "http_client/client.hpp"
#include "upstream/link.hpp"

namespace rampart::upstream {

struct HttpLinkOptions {
  http_client::Url url;
  http_client::Headers headers =
      {};  ///< of the operator, on every request: credentials; never logged
  std::size_t max_message_bytes = std::size_t{64} << 20;  ///< of one JSON body or one event
  std::chrono::milliseconds accept_timeout{
      60'000};  ///< for a notification or an answer to be accepted
  std::chrono::milliseconds listen_timeout{
      1'000};  ///< of a new session: for its GET stream to be answered, before requests go out
  std::chrono::milliseconds retry_delay{
      1'000};  ///< before a stream is asked for again, if the server names none
  std::chrono::milliseconds max_retry_delay{30'000};
  http_client::ClientLimits limits = http_client::ClientLimits();
};

class HttpCore;

/// Era by what is sent: server/discover is modern, initialize legacy, the rest as negotiated. A
/// legacy session is kept: its id, its GET stream (opened when notifications/initialized has been
/// accepted, asked for again when it ends), the resumption of a POST's stream that ends before its
/// response, DELETE at the end. Messages wait for notifications/initialized to be accepted, since
/// each travels on a connection of its own.
///
/// A request has no time limit here. All events come in later turns of the loop, and any of them
/// may destroy the link. The answer to a session's request that the server does not know the
/// session is on_broken with sent = false, then on_closed. Whoever destroys the link without
/// close() ends the session without a DELETE.
class HttpLink final : public Link {
 public:
  /// `loop`, `resolver` and `tls` outlive the link; `tls` may be null for plain URLs.
  HttpLink(async::Loop& loop, net::Resolver& resolver, net::TlsContext const* tls,
           HttpLinkOptions options);
  ~HttpLink() override;
  HttpLink(HttpLink const&) = delete;
  HttpLink& operator=(HttpLink const&) = delete;

  void listen(LinkEvents& events) override;
  void send(Outgoing message) override;
  void abandon(std::int64_t request) override;
  void negotiated(protocol::Version version) override;
  bool attributes_questions() const override { return true; }
  void close() override;

 private:
  std::shared_ptr<HttpCore> core_;
};

}  // namespace rampart::upstream
