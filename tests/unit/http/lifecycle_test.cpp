// Listening, spreading over loops, draining and ending.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <thread>

#include "raw_client.hpp"
#include "test_server.hpp"

namespace rampart::http::test {
namespace {

TEST(Listen, ATakenPortIsAnErrorThatNamesAddressPortAndReason) {
  ScriptedHandler handler;
  TestServer first(handler);
  async::Loop loop;
  Server second({&loop}, handler, {});
  auto const bound = second.listen("127.0.0.1", first.port());
  ASSERT_FALSE(bound);
  EXPECT_NE(bound.error().message.find("127.0.0.1"), std::string::npos);
  EXPECT_NE(bound.error().message.find(std::to_string(first.port())), std::string::npos);
  EXPECT_NE(bound.error().message.find("Address already in use"), std::string::npos);
}

TEST(Listen, WhatIsNoAddressIsAnError) {
  ScriptedHandler handler;
  async::Loop loop;
  Server server({&loop}, handler, {});
  for (char const* address : {"", "example.com", "1.2.3", "[::1"}) {
    auto const bound = server.listen(address, 0);
    ASSERT_FALSE(bound) << address;
    EXPECT_NE(bound.error().message.find("not an IP address"), std::string::npos);
  }
}

TEST(Listen, LocalhostIsBothLoopbacksOnOnePort) {
  ScriptedHandler handler;
  TestServer server(handler, {}, 1, {}, "localhost");
  for (bool const ipv6 : {false, true}) {
    RawClient client(server.port(), ipv6);
    if (ipv6 && !client.connected()) continue;  // a machine without IPv6
    client.send(get("/a"));
    EXPECT_EQ(client.read_answer().status, 200);
    EXPECT_EQ(handler.last_peer(), ipv6 ? "::1" : "127.0.0.1");
  }
}

TEST(Listen, TheAnyAddressOfIpv6TakesIpv4AndShowsItAsIpv4) {
  ScriptedHandler handler;
  TestServer server(handler, {}, 1, {}, "[::]");
  RawClient client(server.port());
  client.send(get("/a"));
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_EQ(handler.last_peer(), "127.0.0.1");
}

TEST(Sockets, AreNotInheritedByChildren) {
  ScriptedHandler handler;
  handler.on("/fds", [](Exchange& exchange) -> Task<void> {
    int sockets = 0;
    int leaking = 0;
    for (int fd = 3; fd < 200; ++fd) {
      int type = 0;
      socklen_t size = sizeof type;
      if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) continue;
      ++sockets;
      if (!(::fcntl(fd, F_GETFD) & FD_CLOEXEC)) ++leaking;
    }
    Response response;
    response.body = sockets >= 2 && leaking == 0 ? "tight" : "leaking";
    exchange.respond(std::move(response));
    co_return;
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/fds"));
  EXPECT_EQ(client.read_answer().body, "tight");
}

TEST(Loops, EachGetsItsShareOfConnections) {
  ScriptedHandler handler;
  TestServer server(handler, {}, 2);
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/a"));
    EXPECT_EQ(clients.back().read_answer().status, 200);
  }
  EXPECT_EQ(server->connections(0), 10U);
  EXPECT_EQ(server->connections(1), 10U);
}

TEST(Loops, ServeManyClientsAtOnce) {
  ScriptedHandler handler;
  TestServer server(handler, {}, 2);
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      RawClient client(server.port());
      for (int i = 0; i < 100; ++i) {
        std::string const body = std::to_string(t * 1000 + i);
        client.send(post("/a", body));
        if (client.read_answer().body == "POST /a " + body) ++good;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 800);
}

TEST(Descriptors, WhenTheyRunOutConnectionsWaitAndAreServedLater) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient before(server.port());
  before.send(get("/a"));
  EXPECT_EQ(before.read_answer().status, 200);
  rlimit old{};
  ::getrlimit(RLIMIT_NOFILE, &old);
  int const next = ::dup(0);  // the lowest free descriptor: the client gets it, the server none
  ::close(next);
  rlimit tight = old;
  tight.rlim_cur = static_cast<rlim_t>(next) + 1;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  RawClient starved(server.port());
  starved.send(get("/b"));
  before.send(get("/c"));
  EXPECT_EQ(before.read_answer().body, "GET /c ");
  EXPECT_EQ(server->connections(), 1U);
  ::setrlimit(RLIMIT_NOFILE, &old);
  EXPECT_EQ(starved.read_answer().body, "GET /b ");
}

TEST(Drain, AnswersSayCloseAndNewConnectionsAreStillServed) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient kept(server.port());
  kept.send(get("/a"));
  EXPECT_FALSE(kept.read_answer().headers.contains("connection"));
  server->drain();
  kept.send(get("/a"));
  EXPECT_EQ(kept.read_answer().headers.at("connection"), "close");
  EXPECT_TRUE(kept.at_end());
  RawClient fresh(server.port());
  fresh.send(get("/b"));
  Answer const answer = fresh.read_answer();
  EXPECT_EQ(answer.body, "GET /b ");
  EXPECT_EQ(answer.headers.at("connection"), "close");
}

TEST(Drain, WakesWaitingStreamsToLetThemEnd) {
  ScriptedHandler handler;
  Signal waiting;
  handler.on("/s", [&](Exchange& exchange) -> Task<void> {
    exchange.begin_stream(200, "text/event-stream");
    waiting.set();
    while (!exchange.draining()) co_await exchange.wait();
    exchange.write("goodbye");
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/s"));
  ASSERT_TRUE(waiting.wait());
  server->drain();
  EXPECT_EQ(client.read_answer().body, "goodbye");
}

TEST(Drain, FailsNoRequestOfBusyClients) {
  ScriptedHandler handler;
  TestServer server(handler, {}, 2);
  std::atomic<int> failed{0};
  std::atomic<int> answered{0};
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {  // keep-alive until told otherwise, then a fresh connection
      auto client = std::make_unique<RawClient>(server.port());
      while (!over) {
        client->send(post("/a", "body"));
        Answer const answer = client->read_answer();
        (answer.status == 200 && answer.complete ? answered : failed)++;
        if (answer.headers.contains("connection"))
          client = std::make_unique<RawClient>(server.port());
      }
    });
  auto const reach = [&](int count) {
    while (answered < count && failed == 0) std::this_thread::yield();
  };
  reach(200);
  server->drain();
  reach(answered + 400);
  over = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  server->stop_listening();
  server->close_idle();
  EXPECT_TRUE(server.empty.wait());
}

TEST(StopListening, ServesWhatTheKernelHadAccepted) {
  ScriptedHandler handler;
  Signal blocked;
  Signal go;
  handler.on("/block", [&](Exchange& exchange) -> Task<void> {
    blocked.set();
    go.wait();  // holds the loop, so that connections queue up in the kernel
    exchange.respond({});
    co_return;
  });
  TestServer server(handler);
  RawClient blocker(server.port());
  blocker.send(get("/block"));
  ASSERT_TRUE(blocked.wait());
  std::vector<RawClient> queued;
  for (int i = 0; i < 300; ++i) {
    queued.emplace_back(server.port());
    ASSERT_TRUE(queued.back().send(get("/q")));
  }
  server->stop_listening();
  go.set();
  EXPECT_EQ(blocker.read_answer().status, 200);
  for (RawClient& client : queued) EXPECT_EQ(client.read_answer().status, 200);
  Signal stopped;
  server.loop().post([&stopped] { stopped.set(); });
  ASSERT_TRUE(stopped.wait());
  RawClient late(server.port());
  EXPECT_FALSE(late.connected());
}

TEST(CloseIdle, LeavesConnectionsAtWorkAlone) {
  ScriptedHandler handler;
  std::shared_ptr<Waker> waker;
  Signal waiting;
  handler.on("/w", [&](Exchange& exchange) -> Task<void> {
    waker = exchange.waker();
    waiting.set();
    co_await exchange.wait();
    exchange.respond({});
  });
  Limits limits;
  limits.linger_timeout = std::chrono::milliseconds(60);
  TestServer server(handler, limits);
  RawClient idle(server.port());
  idle.send(get("/a"));
  idle.read_answer();
  RawClient fresh(server.port());
  RawClient busy(server.port());
  busy.send(get("/w"));
  ASSERT_TRUE(waiting.wait());
  ASSERT_TRUE(server.wait_for_connections(3));
  server->close_idle();
  EXPECT_TRUE(idle.at_end());
  EXPECT_TRUE(fresh.at_end());
  EXPECT_TRUE(server.wait_for_connections(1));
  waker->wake();
  EXPECT_EQ(busy.read_answer().status, 200);
}

TEST(CancelAll, EndsStreamsAndIdleConnectionsAndTheServerIsEmpty) {
  ScriptedHandler handler;
  Signal waiting;
  handler.on("/s", [&](Exchange& exchange) -> Task<void> {
    exchange.begin_stream(200, "text/event-stream");
    waiting.set();
    int told = 0;
    while (told < 3) {  // a stubborn one: it is told again
      Exchange::Woken const woken = co_await exchange.wait();
      if (woken == Exchange::Woken::peer_gone) ++told;
    }
  });
  TestServer server(handler, {}, 2);
  RawClient stream(server.port());
  stream.send(get("/s"));
  RawClient idle(server.port());
  ASSERT_TRUE(waiting.wait());
  server->stop_listening();
  server->cancel_all();
  EXPECT_TRUE(server.empty.wait());
  EXPECT_EQ(server->connections(), 0U);
}

TEST(CancelOf, EndsTheRequestsOfOneClientAndNoOther) {
  ScriptedHandler handler;
  ClientRef const anna = std::make_shared<int>(1);
  ClientRef const bob = std::make_shared<int>(2);
  handler.recognising = [&](Head const& head) {
    return head.target() == "/s?anna" ? anna : head.target() == "/s?bob" ? bob : ClientRef();
  };
  std::array<Signal, 2> waiting;
  std::array<Signal, 2> ended;
  handler.on("/s", [&](Exchange& exchange) -> Task<void> {
    bool const is_anna = exchange.client() == anna;
    exchange.begin_stream(200, "text/event-stream");
    waiting[is_anna ? 0 : 1].set();
    Exchange::Woken woken = Exchange::Woken::timeout;
    while (woken != Exchange::Woken::peer_gone) woken = co_await exchange.wait();
    ended[is_anna ? 0 : 1].set();
  });
  TestServer server(handler, {}, 2);
  RawClient of_anna(server.port());
  of_anna.send(get("/s?anna"));
  RawClient of_bob(server.port());
  of_bob.send(get("/s?bob"));
  RawClient idle(server.port());
  idle.send(get("/x"));
  EXPECT_EQ(idle.read_answer().status, 200);
  ASSERT_TRUE(waiting[0].wait() && waiting[1].wait());
  server->cancel_of(anna);
  EXPECT_TRUE(ended[0].wait());
  EXPECT_TRUE(server.wait_for_connections(2));
  EXPECT_FALSE(ended[1].is_set());
  idle.send(get("/x"));
  EXPECT_EQ(idle.read_answer().status, 200);
}

}  // namespace
}  // namespace rampart::http::test
