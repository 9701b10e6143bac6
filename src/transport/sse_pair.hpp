// The transport of 2024-11-05: GET /sse opens the stream of a session and names the address to POST
// messages to; every answer comes on that stream. Served beside /mcp when server.legacy_sse is on.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "transport/mcp_endpoint.hpp"

namespace rampart::transport {

class SsePair {
 public:
  static constexpr std::string_view stream_path = "/sse";
  static constexpr std::string_view message_path = "/messages";

  SsePair(server::Dispatcher& dispatcher, EndpointOptions options)
      : dispatcher_(dispatcher), options_(options) {}

  /// GET /sse. The session ends with the stream.
  Task<void> open(http::Exchange& exchange);
  /// POST /messages?sessionId=…: 202, or a status that says what is wrong.
  void post(http::Exchange& exchange);

 private:
  /// A stream, and the session that initialize makes of it.
  struct Peer {
    std::string principal;
    std::shared_ptr<server::MessageStream> stream;
    std::shared_ptr<server::Session> session;
  };
  class Answers;

  /// nullptr when unknown, ended, or another principal's.
  std::shared_ptr<Peer> find(std::string_view id, std::string_view principal);
  void message(http::Exchange& exchange, std::string const& id, Peer& peer,
               protocol::Envelope const& envelope);
  void end(std::string const& id);

  server::Dispatcher& dispatcher_;
  EndpointOptions const options_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Peer>> peers_;
};

}  // namespace rampart::transport
