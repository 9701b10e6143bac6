// The HTTP+SSE pair of 2024-11-05 as the way to an upstream: a GET whose events are the server's
// messages, the first of which names the URI that ours are posted to.
#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "http_client/client.hpp"
#include "upstream/link.hpp"

namespace rampart::upstream {

struct SseLinkOptions {
  http_client::Url url;
  http_client::Headers headers =
      {};  ///< of the operator, on every request: credentials; never logged
  std::size_t max_message_bytes = std::size_t{64} << 20;  ///< of one event
  std::chrono::milliseconds open_timeout{30'000};    ///< until the server has named its endpoint
  std::chrono::milliseconds accept_timeout{60'000};  ///< for a posted message to be accepted
  http_client::ClientLimits limits = http_client::ClientLimits();
};

/// The target of the endpoint that a server at `base` names. Errors: unavailable for another
/// origin, to which our credentials would go, and for what is no URI.
Result<std::string> resolve_endpoint(http_client::Url const& base, std::string_view reference);

class SseCore;

/// The stream is opened by the first message; messages wait until the endpoint is known, and then
/// for notifications/initialized to be accepted. Its end is the end of the link. Events come in
/// later turns of the loop, and any of them may destroy the link.
class SseLink final : public Link {
 public:
  /// `loop`, `resolver` and `tls` outlive the link; `tls` may be null for plain URLs.
  SseLink(async::Loop& loop, net::Resolver& resolver, net::TlsContext const* tls,
          SseLinkOptions options);
  ~SseLink() override;
  SseLink(SseLink const&) = delete;
  SseLink& operator=(SseLink const&) = delete;

  void listen(LinkEvents& events) override;
  void send(Outgoing message) override;
  void abandon(std::int64_t request) override;
  void negotiated(protocol::Version) override {}
  /// All messages share the one stream.
  bool attributes_questions() const override { return false; }
  void close() override;

 private:
  std::shared_ptr<SseCore> core_;
};

}  // namespace rampart::upstream
