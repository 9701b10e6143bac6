// Links over HTTP against a scripted server: what the server was asked, and what the link told.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "unit/http_client/harness.hpp"
#include "unit/net/peer.hpp"
#include "upstream/link.hpp"

namespace rampart::upstream::test {

using net::test::LoopRunner;
using net::test::Peer;
using net::test::PeerConnection;
using net::test::PeerRequest;
using net::test::Signal;

/// Answers request after request on every connection, and remembers them in the order they came.
class McpPeer {
 public:
  using Handler = std::function<void(PeerConnection&, PeerRequest const&)>;
  explicit McpPeer(Handler handler)
      : handler_(std::move(handler)),
        peer([this](PeerConnection& connection) { serve(connection); }) {}

  std::vector<PeerRequest> requests() const {
    std::lock_guard const lock(mutex_);
    return requests_;
  }
  std::size_t count() const { return requests().size(); }
  /// How many of that HTTP method.
  std::size_t count(std::string const& method) const {
    std::size_t found = 0;
    for (auto const& request : requests()) found += request.method == method;
    return found;
  }

 private:
  void serve(PeerConnection& connection) {
    for (;;) {
      PeerRequest const request = connection.read_request();
      if (request.method.empty()) return;
      {
        std::lock_guard const lock(mutex_);
        requests_.push_back(request);
      }
      handler_(connection, request);
    }
  }
  Handler const handler_;
  mutable std::mutex mutex_;
  std::vector<PeerRequest> requests_;

 public:
  Peer peer;  // last: its threads use the rest
};

/// What a link told, in order.
struct Told final : LinkEvents {
  void on_message(Arrival arrival) override {
    messages.push_back(arrival);
    if (then) then();
  }
  void on_broken(std::int64_t request, Broken why) override {
    broken.emplace_back(request, why);
    EXPECT_FALSE(closed);
    if (then) then();
  }
  void on_released(std::int64_t request) override { released.push_back(request); }
  void on_closed(Error why) override {
    EXPECT_FALSE(closed) << "once only";
    closed = why;
    if (then) then();
  }
  std::vector<Arrival> messages;
  std::vector<std::pair<std::int64_t, Broken>> broken;
  std::vector<std::int64_t> released;
  std::optional<Error> closed;
  std::function<void()> then;
};

inline Outgoing request(std::int64_t id, std::string method) {
  Outgoing message;
  message.json =
      R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + method + "\"}";
  message.request = id;
  message.method = std::move(method);
  return message;
}

inline Outgoing notification(std::string method) {
  Outgoing message;
  message.json = R"({"jsonrpc":"2.0","method":")" + method + "\"}";
  message.method = std::move(method);
  return message;
}

inline std::string result(std::int64_t id) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":{}})";
}

inline std::string event(std::string const& data, std::string const& id = {}) {
  return (id.empty() ? "" : "id: " + id + "\n") + "data: " + data + "\n\n";
}

inline bool asks(PeerRequest const& request, std::string const& method) {
  return request.body.find("\"" + method + "\"") != std::string::npos;
}

}  // namespace rampart::upstream::test
