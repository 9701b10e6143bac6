// One connection against servers that answer late, wrongly or not at all. What a real Redis does is
// in tests/system/redis_test.py.
#include "redis/connection.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "unit/net/loop_runner.hpp"

namespace rampart::redis {
namespace {

using namespace std::chrono_literals;

/// Listens on a Unix socket, and answers the n-th piece of what it reads with the n-th text; with
/// none left it is silent. The texts begin anew with each connection.
class Peer {
 public:
  explicit Peer(std::vector<std::string> texts) : texts_(std::move(texts)) {
    folder_ = (std::filesystem::temp_directory_path() / "rampart-redis-XXXXXX").string();
    EXPECT_TRUE(::mkdtemp(folder_.data()));
    listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~Peer() {
    ::shutdown(listener_, SHUT_RDWR);
    ::shutdown(open_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    std::filesystem::remove_all(folder_);
  }
  std::string path() const { return folder_ + "/s"; }
  int connections() const { return connections_; }

 private:
  void serve() {
    for (int fd = 0; (fd = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(fd)) {
      open_ = fd;
      ++connections_;
      char buffer[4096];
      for (std::size_t n = 0; ::read(fd, buffer, sizeof buffer) > 0; ++n) {
        if (n < texts_.size() && ::send(fd, texts_[n].data(), texts_[n].size(), MSG_NOSIGNAL) < 0)
          ADD_FAILURE() << "the connection is gone";
      }
    }
  }

  std::vector<std::string> const texts_;
  std::string folder_;
  int listener_ = -1;
  std::atomic<int> open_ = -1, connections_ = 0;
  std::thread thread_;
};

class RedisConnection : public ::testing::Test {
 protected:
  // Long enough for a busy machine's greeting.
  RedisConnection() { options.command_timeout = 2s; }
  ~RedisConnection() override {
    if (!connection) return;
    connection->stop();
    runner.run_until([this] { return connection->stopped(); });
  }
  void open(Peer const& peer, Url url = Url()) {
    url.socket_path = peer.path();
    connection.emplace(net::Route{runner.loop, resolver, nullptr, {}, 0, peer.path()}, url, options,
                       [this](Result<void> const& state) { states.push_back(state); });
    connection->start();
  }
  void wait_for_states(std::size_t count) {
    runner.run_until([&] { return states.size() >= count; });
  }
  std::string reason(std::size_t state) const {
    return states.at(state) ? "up" : states.at(state).error().message;
  }
  void ask(std::string_view text) {
    connection->push(text, [this](Result<Reply> const& reply) { replies.push_back(reply); });
    connection->flush();
  }

  net::test::LoopRunner runner;
  net::Resolver resolver;
  ConnectionOptions options;
  std::optional<Connection> connection;
  std::vector<Result<void>> states;
  std::vector<Result<Reply>> replies;
};

TEST_F(RedisConnection, GreetsThenAnswersInOrder) {
  Peer const peer({"+OK\r\n+OK\r\n+PONG\r\n", "$1\r\na\r\n$1\r\nb\r\n"});
  Url url;
  url.password = "secret";
  url.database = 3;
  open(peer, url);
  EXPECT_FALSE(connection->has_room(1, 1)) << "not before it is ready";
  wait_for_states(1);
  EXPECT_EQ(reason(0), "up");
  ASSERT_TRUE(connection->has_room(2, 2));
  connection->push("x", [this](Result<Reply> const& reply) { replies.push_back(reply); });
  ask("y");
  runner.run_until([this] { return replies.size() == 2; });
  EXPECT_EQ(replies[0]->text + replies[1]->text, "ab");
}

TEST_F(RedisConnection, ACommandWithoutAnAnswerEndsAtItsDeadlineAndWithItAllOthers) {
  Peer const peer({"+PONG\r\n"});
  open(peer);
  wait_for_states(1);
  auto const begun = base::Steady::now();
  ask("x");
  ask("y");
  runner.run_until([this] { return replies.size() == 2; });
  EXPECT_GE(base::Steady::now() - begun, options.command_timeout);
  for (auto const& reply : replies) {
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, Errc::deadline);
  }
  EXPECT_FALSE(connection->ready()) << "bypassed until it answers again";
  wait_for_states(2);
  EXPECT_EQ(reason(1), "it did not answer within 2000 ms");
  wait_for_states(3);
  EXPECT_EQ(reason(2), "up") << "on a new connection";
  EXPECT_EQ(peer.connections(), 2);
}

TEST_F(RedisConnection, OneThatGreetsTooLateIsNotUsed) {
  Peer const peer({});
  options.command_timeout = 50ms;
  options.retry_min = 1ms;
  open(peer);
  wait_for_states(2);
  EXPECT_EQ(reason(0), "it did not answer within 50 ms");
  EXPECT_EQ(reason(1), reason(0));
  EXPECT_FALSE(connection->ready());
}

TEST_F(RedisConnection, ThePingNoticesASilentServerThatNobodyAsks) {
  Peer const peer({"+PONG\r\n"});
  options.probe_interval = 1ms;
  open(peer);
  wait_for_states(2);
  EXPECT_EQ(reason(1), "it did not answer within 2000 ms");
}

TEST_F(RedisConnection, WhatIsRefusedIsSaidWithoutThePassword) {
  Peer const peer({"-WRONGPASS invalid\r\n-NOAUTH needed\r\n"});
  Url url;
  url.user = "app";
  url.password = "secret";
  open(peer, url);
  wait_for_states(1);
  EXPECT_EQ(reason(0), "it does not accept user 'app' and its password: WRONGPASS invalid");
}

TEST_F(RedisConnection, AServerThatIsLoadingOrNoRedisIsNotUsed) {
  Peer const loading({"-LOADING Redis is loading\r\n"});
  open(loading);
  wait_for_states(1);
  EXPECT_EQ(reason(0), "it answered PING with: LOADING Redis is loading");
}

TEST_F(RedisConnection, SomethingElseThanRedisIsNotUsed) {
  Peer const web({"HTTP/1.1 400 Bad Request\r\n\r\n"});
  open(web);
  wait_for_states(1);
  EXPECT_EQ(reason(0), "it does not speak Redis's protocol");
}

TEST_F(RedisConnection, StoppingTellsWhoeverStillWaits) {
  Peer const peer({"+PONG\r\n"});
  open(peer);
  wait_for_states(1);
  ask("x");
  connection->stop();
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].error().code, Errc::unavailable);
  EXPECT_FALSE(connection->ready());
}

TEST_F(RedisConnection, StoppingEndsTheWaitForTheNextAttempt) {
  options.retry_min = options.retry_max = 1h;
  Peer const peer({"-ERR no\r\n"});
  open(peer);
  wait_for_states(1);
  connection->stop();
  runner.run_until([this] { return connection->stopped(); });
}

}  // namespace
}  // namespace rampart::redis
