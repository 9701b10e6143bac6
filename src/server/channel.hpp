// Where the messages of one request go. Transports implement it.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "protocol/error_table.hpp"

namespace rampart::server {

/// The end of one request.
struct Reply {
  std::string json;  ///< the whole JSON-RPC response; empty when nothing may be sent
  int http_status = 200;
  protocol::Status status = protocol::Status::success;
  int code = 0;                    ///< JSON-RPC error code; 0 for results
  std::optional<Errc> error = {};  ///< why, unless it is a result
  std::optional<std::chrono::milliseconds> retry_after = {};
};

/// Thread-safe. Messages after the reply are dropped by the implementation.
class Channel {
 public:
  virtual ~Channel() = default;
  /// A notification, or in legacy eras a request to the client, that belongs to this request.
  virtual void message(std::string json) = 0;
  /// Exactly once, as the last thing.
  virtual void reply(Reply reply) = 0;
  /// True when message() can reach the client before the reply.
  virtual bool can_stream() const = 0;
  /// See Context::release_stream.
  virtual void release() {}
};

}  // namespace rampart::server
