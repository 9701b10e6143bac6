// One request and its answer on a connection: the whole interface between HTTP and what it carries.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "async/loop.hpp"
#include "http/message.hpp"
#include "rampart/task.hpp"

namespace rampart::http {

/// Whom Handler::admit recognised; null: nobody. Only the handler knows what it points to.
using ClientRef = std::shared_ptr<void const>;

/// Wakes the handler of one exchange from any thread; harmless once the exchange is over.
class Waker {
 public:
  virtual ~Waker() = default;
  virtual void wake() = 0;
};

/// Belongs to the connection and lives until Handler::handle returns. Loop thread only.
class Exchange {
 public:
  enum class Woken { notified, peer_gone, timeout };

  virtual ~Exchange() = default;
  virtual Head const& head() const = 0;
  /// The whole body; the handler may move it out. It has 64 bytes of spare capacity.
  virtual std::string& body() = 0;
  /// "127.0.0.1", no port; what Handler::client_address said, if it did.
  virtual std::string_view client_address() const = 0;
  /// What admit() said.
  virtual ClientRef const& client() const = 0;
  virtual async::Loop& loop() = 0;

  /// Headers of the answer, whatever it will be; before it.
  virtual void add_headers(HeaderLines lines) = 0;
  /// The answer as one piece. Call either this or begin_stream, once. Sent when the handler
  /// returns.
  virtual void respond(Response response) = 0;

  /// Starts an answer of unknown length (chunked for HTTP/1.1, until close for 1.0).
  virtual void begin_stream(int status, std::string_view content_type,
                            HeaderLines headers = {}) = 0;
  /// Queues bytes of a begun stream. Nothing is sent before flush() or the handler's return.
  virtual void write(std::string_view bytes) = 0;
  /// Sends what is queued; false once the peer is gone. Waits while the peer's window is full,
  /// within the write time limit.
  virtual Task<bool> flush() = 0;

  /// Waits for a waker, the peer's end or the time limit, whichever comes first. The peer's end is
  /// told once, so that a handler may go on without it; the server's drain() wakes as a waker does,
  /// cancel_all() as the peer's end does.
  virtual Task<Woken> wait(base::Steady::time_point until = base::Steady::time_point::max()) = 0;
  virtual std::shared_ptr<Waker> waker() = 0;
  /// True once the peer closed, half-closed or reset its side.
  virtual bool peer_gone() const = 0;
  /// True once the server drains: streams should end soon.
  virtual bool draining() const = 0;
  /// Emits terminal cancellation on the coroutine that runs handle(), now and at every sweep until
  /// it returns; wait() then returns `notified`. Handlers that await anything but this exchange are
  /// ended by it.
  virtual void cancel() {}
  /// Calls `told` once, when the peer's end is first seen; at once if it was seen before.
  virtual void on_peer_gone(std::function<void()> told) { static_cast<void>(told); }
  /// The handler is done with head() and body(), which may not be asked for any more, and views
  /// into them: their memory is given back. For streams that stay open for long.
  virtual void forget_request() {}
  /// Bytes of head and body received / queued for sending by this exchange.
  virtual std::size_t bytes_in() const = 0;
  virtual std::size_t bytes_out() const = 0;
};

/// Why the connection layer refused a request by itself (before any handler saw it).
enum class Refusal { malformed, header_limit, body_limit, timeout, overload };

class Handler {
 public:
  virtual ~Handler() = default;
  /// Who asks, where the peer is a proxy that tells it; empty: the peer itself. Asked first, once a
  /// request; must not throw.
  virtual std::string client_address(Head const& head, std::string_view peer_address) {
    static_cast<void>(head), static_cast<void>(peer_address);
    return {};
  }
  /// The head has arrived, the body has not: Host, Origin, authentication, size. A Response
  /// refuses, closes the connection, and the body is never read. `client` is empty; what is put
  /// there stays with the exchange. Must not throw.
  virtual std::optional<Response> admit(Head const& head, std::string_view client_address,
                                        ClientRef& client) = 0;
  /// Limit for this request's body in bytes, asked after admit; 0 = no body accepted.
  virtual std::size_t body_limit(Head const& head) = 0;
  /// Answers the request. Exceptions become 500.
  virtual Task<void> handle(Exchange& exchange) = 0;
  /// The connection layer refused a request (status already chosen); for logs and metrics.
  /// May change the response's body and headers. `head`: null when it was not read to its end.
  virtual void refused(Refusal why, Head const* head, Response& response,
                       std::string_view client_address) = 0;
};

}  // namespace rampart::http
