// Requests to other HTTP/1.1 servers, plain or TLS, over kept-alive connections. Redirects are
// never followed: the caller sees the 3xx. Loop thread only.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/loop.hpp"
#include "rampart/error.hpp"
#include "rampart/task.hpp"

namespace rampart::net {
class Resolver;    // net/resolver.hpp
class TlsContext;  // net/tls_context.hpp
}  // namespace rampart::net

namespace rampart::http_client {

using net::Resolver;
using net::TlsContext;

struct Url {
  bool tls = false;
  std::string host;  ///< a name or an address, without brackets, in lower case
  std::uint16_t port = 80;
  std::string target;             ///< path and query, at least "/"
  std::string authority() const;  ///< the Host header
  std::string origin() const;     ///< scheme and authority: https://example.com:8443
};
/// Errors: invalid_params naming the rule (scheme http or https, a host, no user information, no
/// fragment).
Result<Url> parse_url(std::string_view text);

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "POST";
  std::string target;
  Headers headers = {};  ///< Host, Content-Length and Connection are ours
  std::string body = {};
};

struct ResponseHead {
  int status = 0;
  Headers headers;
  /// The first line of that name, in any case.
  std::optional<std::string_view> find(std::string_view name) const;
};

/// What went wrong, and whether the server may have seen the request.
struct TransferError {
  Error
      error;  ///< unavailable, deadline, cancelled; invalid_params for a header that cannot be sent
  bool sent = false;  ///< at least one byte of the request was handed to the kernel
};

struct ClientLimits {
  std::chrono::milliseconds connect_timeout{10'000};  ///< name, TCP and TLS
  std::chrono::milliseconds idle{50'000};             ///< of a kept connection
  std::size_t max_idle_connections = 64;
  std::size_t max_header_bytes = 64 << 10;  ///< of a response, status line included
};

/// One response being read: bytes are taken from the connection when they are asked for, so a slow
/// reader slows the server down. Destroying it before the end of the body closes its connection.
class Response {
 public:
  virtual ~Response() = default;
  virtual ResponseHead const& head() const = 0;
  /// The next bytes of the body, some 16 KB at most; empty at its end. One reader at a time.
  /// Errors: unavailable when the connection broke before the end, cancelled.
  virtual Task<Result<std::string>> read() = 0;
  /// Whoever reads, now or later, gets Errc::cancelled, and so it is when this or the client is
  /// destroyed.
  virtual void cancel() = 0;
};

using Answer = tl::expected<std::unique_ptr<Response>, TransferError>;

class Client {
 public:
  /// All requests go to the server of `url`. `tls` is needed when url.tls. Loop, resolver and
  /// context outlive the client; it is destroyed on the loop's thread, and whoever waits then gets
  /// Errc::cancelled.
  Client(async::Loop& loop, Resolver& resolver, TlsContext const* tls, Url url,
         ClientLimits limits = ClientLimits());
  ~Client();
  Client(Client const&) = delete;
  Client& operator=(Client const&) = delete;

  /// Sends and reads the response's head; `deadline` ends that (time_point::max(): only the
  /// connecting is limited). A kept connection that turns out to be closed before anything of the
  /// answer came is replaced once, if no byte of the request can have reached the server (see
  /// Wire::none_arrived_after). `cancel`, when given, is set, before this returns its task, to a
  /// function that ends the request while it waits; it may be called at any time.
  Task<Answer> send(Request request, base::Steady::time_point deadline,
                    std::function<void()>* cancel = nullptr);

  Url const& url() const;
  std::size_t idle_connections() const;

  class Implementation;

 private:
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace rampart::http_client
