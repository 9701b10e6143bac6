// The way to one live upstream server, as JSON-RPC messages: a child's pipes, Streamable HTTP, or
// the older HTTP+SSE pair. It knows bytes and sessions, not what the messages mean. Loop thread
// only.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "protocol/version.hpp"
#include "rampart/error.hpp"

namespace rampart::upstream {

/// A message to the upstream.
struct Outgoing {
  std::string json;          ///< one JSON-RPC message, no line end inside
  std::int64_t request = 0;  ///< our id when it is a request, else 0
  std::int64_t related = 0;  ///< of an answer: the request on whose stream the question came, or 0
  std::string method;        ///< of requests and notifications, for Mcp-Method
  std::string name;          ///< tool, prompt or URI, for Mcp-Name; empty where the method has none
  std::vector<std::pair<std::string, std::string>> param_headers =
      {};  ///< Mcp-Param-*, not yet encoded
};

/// A message from the upstream.
struct Arrival {
  std::string json;
  std::int64_t request =
      0;  ///< the request on whose stream it came; 0 when the transport cannot tell
  int http_status = 200;
};

/// Why a request gets no (further) message.
struct Broken {
  Error error;
  bool sent = true;     ///< false: the upstream cannot have seen the request
  int http_status = 0;  ///< of an HTTP answer that was no JSON-RPC message, else 0
};

class LinkEvents {
 public:
  virtual void on_message(Arrival arrival) = 0;
  /// The stream of this request ended or failed before its response came.
  virtual void on_broken(std::int64_t request, Broken why) = 0;
  /// The stream of this request was ended in good order before its response; the link goes on
  /// asking for it.
  virtual void on_released(std::int64_t /*request*/) {}
  /// The link is over: the child ended, the session is gone. Requests in flight are lost. At most
  /// once.
  virtual void on_closed(Error why) = 0;

 protected:
  ~LinkEvents() = default;
};

class Link {
 public:
  virtual ~Link() = default;
  /// Set once before the first send.
  virtual void listen(LinkEvents& events) = 0;
  virtual void send(Outgoing message) = 0;
  /// The answer to this request is of no interest any more: closes its HTTP stream; does nothing
  /// over stdio, where the caller sends notifications/cancelled.
  virtual void abandon(std::int64_t request) = 0;
  /// What was negotiated: legacy HTTP then sends the version header and opens its GET stream.
  virtual void negotiated(protocol::Version version) = 0;
  /// True when a question of the upstream is known to belong to a request (its HTTP stream).
  virtual bool attributes_questions() const = 0;
  /// Ends in the transport's polite way; on_closed follows unless the link is destroyed first.
  virtual void close() = 0;
  /// True when it takes no further request, although on_closed has not come yet.
  virtual bool ending() const { return false; }
};

}  // namespace rampart::upstream
