// Requests to other HTTP/1.1 servers, plain or TLS, over kept-alive connections. Redirects are never followed.
// Loop thread only.
#pragma once
#include <chrono>
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

namespace rampart::http_client {

class Resolver;  // names to addresses on one thread of the process, with a deadline
class TlsContext;

struct Url {
  bool tls = false;
  std::string host;    ///< a name or an address, without brackets
  std::uint16_t port = 80;
  std::string target;  ///< path and query, at least "/"
  std::string authority() const;  ///< the Host header
};
/// Errors: invalid_params naming the rule (scheme http or https, a host, no user information, no fragment).
Result<Url> parse_url(std::string_view text);

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "POST";
  std::string target;
  Headers headers;  ///< Host, Content-Length and Connection are ours
  std::string body;
};

struct ResponseHead {
  int status = 0;
  Headers headers;
  std::optional<std::string_view> find(std::string_view name) const;  ///< name in any case
};

/// What went wrong, and whether the server may have seen the request.
struct TransferError {
  Error error;        ///< unavailable or deadline
  bool sent = false;  ///< at least one byte of the request was handed to the kernel
};

struct ClientLimits {
  std::chrono::milliseconds connect_timeout{10'000};  ///< name, TCP and TLS
  std::chrono::milliseconds idle{50'000};             ///< of a kept connection
  std::size_t max_idle_connections = 64;
  std::size_t max_header_bytes = 64 << 10;
  std::size_t max_buffered_bytes = 256 << 10;         ///< body read ahead of its reader
};

/// One response being read. Destroying it before the end of the body closes its connection.
class Response {
 public:
  virtual ~Response() = default;
  virtual ResponseHead const& head() const = 0;
  /// The next bytes of the body; empty at its end. Errors: unavailable when the connection broke before it.
  virtual Task<Result<std::string>> read() = 0;
  /// Whoever reads gets Errc::cancelled.
  virtual void cancel() = 0;
};

class Client {
 public:
  /// All requests go to the server of `url`. `tls` is used when url.tls: the name is verified against the
  /// system's certificates.
  Client(async::Loop& loop, Resolver& resolver, TlsContext* tls, Url url, ClientLimits limits = {});
  ~Client();
  Client(Client const&) = delete;
  Client& operator=(Client const&) = delete;

  /// Sends and reads the response's head. A kept connection that turns out to be closed before anything of
  /// the answer came is replaced once, if nothing can have been processed. `cancel`, when given, is set to a function
  /// that ends the request while it waits.
  Task<tl::expected<std::unique_ptr<Response>, TransferError>> send(Request request,
                                                                    base::Steady::time_point deadline,
                                                                    std::function<void()>* cancel = nullptr);

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace rampart::http_client
