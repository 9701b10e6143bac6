// The MCP endpoint behind a real HTTP server, with client, server and clock on the test's own
// thread.
#pragma once
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "http/server.hpp"
#include "rampart/server.hpp"
#include "server/testing_engine.hpp"
#include "transport/mcp_endpoint.hpp"

namespace rampart::transport {

/// A connection that is read while the server's loop runs.
class Peer {
 public:
  Peer(testing::Engine& engine, std::uint16_t port)
      : engine_(engine), fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0)
      throw std::runtime_error("connect");
  }
  ~Peer() { close(); }
  Peer(Peer const&) = delete;
  Peer& operator=(Peer const&) = delete;

  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void send(std::string const& bytes) {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// What came up to and with `text`; it is not read again.
  std::string until(std::string_view text) {
    engine_.run_until([&] { return read(), in_.find(text) != std::string::npos; });
    auto const end = in_.find(text) + text.size();
    auto out = in_.substr(0, end);
    in_.erase(0, end);
    return out;
  }
  /// The head of an answer; its body is `body`.
  std::string head() { return until("\r\n\r\n"); }
  std::string body(std::string const& head) {
    auto const at = head.find("Content-Length: ");
    if (at == std::string::npos) return "";
    auto const size = std::stoul(head.substr(at + 16));
    engine_.run_until([&] { return read(), in_.size() >= size; });
    auto out = in_.substr(0, size);
    in_.erase(0, size);
    return out;
  }
  /// Nothing came after the loop did all it could.
  bool silent() {
    for (int i = 0; i < 20; ++i) engine_.poll();
    read();
    return in_.empty();
  }

 private:
  void read() {
    std::array<char, 4096> buffer;
    for (;;) {
      auto const got = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got <= 0) return;
      in_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  testing::Engine& engine_;
  int fd_;
  std::string in_;
};

class EndpointTest : public ::testing::Test, public http::Handler {
 protected:
  ~EndpointTest() override {
    go = true;
    if (http_) {
      http_->stop_listening();
      http_->cancel_all();
      engine_->run_until([this] { return http_->connections() == 0; });
      http_.reset();
    }
  }

  testing::Engine& engine() {
    if (!engine_) {
      testing::Options of_engine;
      of_engine.clock = &clock;
      engine_ = std::make_unique<testing::Engine>(server, of_engine);
      endpoint_ = std::make_unique<McpEndpoint>(
          engine_->dispatcher, OriginPolicy(true, {}, {}), options,
          [this](Rejection why, int, std::string_view, std::string_view) { why_.push_back(why); });
      http_ = std::make_unique<http::Server>(std::vector<async::Loop*>{&engine_->loop}, *this,
                                             http::Limits{});
      port_ = http_->listen("127.0.0.1", 0).value();
    }
    return *engine_;
  }
  std::unique_ptr<Peer> connect() {
    auto& ready = engine();
    return std::make_unique<Peer>(ready, port_);
  }
  void advance(std::chrono::milliseconds by) {
    clock.advance(by);
    engine().poll();
  }
  std::vector<Rejection> rejections() { return std::exchange(why_, {}); }

  std::optional<http::Response> admit(http::Head const& head, std::string_view peer,
                                      http::ClientRef& client) override {
    return endpoint_->admit(head, peer, client);
  }
  std::size_t body_limit(http::Head const&) override { return 1 << 20; }
  Task<void> handle(http::Exchange& exchange) override { return endpoint_->handle(exchange); }
  void refused(http::Refusal, http::Head const*, http::Response&, std::string_view) override {}

  // For tools that wait.
  std::atomic<bool> go = false;
  std::atomic<bool> stopped = false;
  testing::FakeClock clock;
  Server server{"endpoint", "1"};
  EndpointOptions options;

 private:
  std::unique_ptr<testing::Engine> engine_;
  std::unique_ptr<McpEndpoint> endpoint_;
  std::vector<Rejection> why_;
  std::unique_ptr<http::Server> http_;
  std::uint16_t port_ = 0;
};

}  // namespace rampart::transport
