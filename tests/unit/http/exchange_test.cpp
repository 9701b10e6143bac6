// What handlers may do with an exchange: wait, be woken, stream, throw.
#include "http/exchange.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "async/worker_pool.hpp"
#include "raw_client.hpp"
#include "test_server.hpp"

namespace rampart::http::test {
namespace {

TEST(Waker, WakesFromAnotherThread) {
  async::WorkerPool pool(2, 10);
  ScriptedHandler handler;
  handler.on("/pool", [&pool](Exchange& exchange) -> Task<void> {
    auto result = std::make_shared<std::string>();
    pool.submit([result, body = exchange.body(), waker = exchange.waker()] {
      *result = "worked on " + body;
      waker->wake();
    });
    co_await exchange.wait();
    Response response;
    response.body = *result;
    exchange.respond(std::move(response));
  });
  TestServer server(handler);
  RawClient client(server.port());
  for (int i = 0; i < 50; ++i) {
    client.send(post("/pool", std::to_string(i)));
    EXPECT_EQ(client.read_answer().body, "worked on " + std::to_string(i));
  }
}

TEST(Waker, AWakeBeforeTheWaitIsNotLost) {
  ScriptedHandler handler;
  handler.on("/w", [](Exchange& exchange) -> Task<void> {
    exchange.waker()->wake();
    co_await exchange.wait();
    exchange.respond({});
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/w"));
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST(Waker, IsHarmlessOnceTheExchangeOrTheServerIsOver) {
  std::shared_ptr<Waker> waker;
  {
    ScriptedHandler handler;
    handler.on("/w", [&waker](Exchange& exchange) -> Task<void> {
      waker = exchange.waker();
      exchange.respond({});
      co_return;
    });
    TestServer server(handler);
    RawClient client(server.port());
    client.send(get("/w"));
    EXPECT_EQ(client.read_answer().status, 200);
    client.send(get("/a"));
    EXPECT_EQ(client.read_answer().status, 200);
    waker->wake();
    client.send(get("/a"));
    EXPECT_EQ(client.read_answer().status, 200);
  }
  waker->wake();
}

TEST(Waker, ManyThreadsMayWakeAtOnce) {
  ScriptedHandler handler;
  std::atomic<int> steps{0};
  handler.on("/w", [&steps](Exchange& exchange) -> Task<void> {
    std::shared_ptr<Waker> const waker = exchange.waker();
    std::vector<std::thread> threads;
    std::atomic<int> running{4};
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([waker, &running] {
        for (int i = 0; i < 1000; ++i) waker->wake();
        --running;
        waker->wake();
      });
    do {
      co_await exchange.wait();
      ++steps;
    } while (running > 0);
    for (auto& thread : threads) thread.join();
    exchange.respond({});
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/w"));
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_GT(steps, 0);
}

TEST(Wait, ATimeLimitThatHasPassedReturnsAtOnce) {
  ScriptedHandler handler;
  handler.on("/w", [](Exchange& exchange) -> Task<void> {
    Exchange::Woken const woken = co_await exchange.wait(exchange.loop().now());
    Response response;
    response.status = woken == Exchange::Woken::timeout ? 204 : 500;
    exchange.respond(std::move(response));
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/w"));
  EXPECT_EQ(client.read_answer().status, 204);
}

TEST(Stream, WaitsWhileTheWindowIsFullAndLosesNothing) {
  ScriptedHandler handler;
  constexpr int pieces = 200;
  handler.on("/s", [](Exchange& exchange) -> Task<void> {
    exchange.begin_stream(200, "text/plain");
    bool there = true;
    for (int i = 0; i < pieces && there; ++i) {
      exchange.write(std::string(100'000, static_cast<char>('a' + i % 26)));
      there = co_await exchange.flush();
    }
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/s"));
  Answer const answer = client.read_answer();
  EXPECT_TRUE(answer.complete);
  ASSERT_EQ(answer.body.size(), std::size_t{100'000} * pieces);
  for (int i = 0; i < pieces; ++i)
    EXPECT_EQ(answer.body[static_cast<std::size_t>(i) * 100'000], static_cast<char>('a' + i % 26));
}

TEST(Stream, GoesOnAfterItsRequestWasForgottenAndTheNextRequestIsRead) {
  ScriptedHandler handler;
  handler.on("/s", [](Exchange& exchange) -> Task<void> {
    exchange.begin_stream(200, "text/plain");
    exchange.write("one ");
    co_await exchange.flush();
    exchange.forget_request();
    exchange.forget_request();
    exchange.waker()->wake();
    co_await exchange.wait();
    exchange.write(std::to_string(exchange.bytes_in()));
  });
  TestServer server(handler);
  RawClient client(server.port());
  std::string const request = post("/s", std::string(1000, 'b'));
  for (int i = 0; i < 3; ++i) {
    client.send(request + get("/a"));
    EXPECT_EQ(client.read_answer().body, "one " + std::to_string(request.size()));
    EXPECT_EQ(client.read_answer().body, "GET /a ");
    EXPECT_EQ(server->body_bytes(), 0U);
  }
}

TEST(Exceptions, MayComeAfterTheRequestWasForgotten) {
  ScriptedHandler handler;
  handler.on("/throw", [](Exchange& exchange) -> Task<void> {
    exchange.forget_request();
    throw std::runtime_error("broken");
    co_return;
  });
  std::atomic<int> without_head{0};
  TestServer server(handler, {}, 1, [&](std::exception_ptr const&, Head const* head) {
    if (!head) ++without_head;
  });
  RawClient client(server.port());
  client.send(get("/throw"));
  EXPECT_EQ(client.read_answer().status, 500);
  EXPECT_EQ(without_head, 1);
}

TEST(Stream, ToHeadHasNoBody) {
  ScriptedHandler handler;
  handler.on("/s", [](Exchange& exchange) -> Task<void> {
    exchange.begin_stream(200, "text/plain");
    exchange.write("unseen");
    co_return;
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send("HEAD /s HTTP/1.1\r\nHost: here\r\n\r\n");
  EXPECT_EQ(client.read_answer(true).status, 200);
  client.send(get("/a"));
  EXPECT_EQ(client.read_answer().body, "GET /a ");
}

TEST(Exceptions, BecomeAnEmpty500AndAreReported) {
  ScriptedHandler handler;
  handler.on("/throw", [](Exchange&) -> Task<void> {
    throw std::runtime_error("a secret");
    co_return;
  });
  handler.on("/late", [](Exchange& exchange) -> Task<void> {
    exchange.respond({});
    throw std::runtime_error("a secret");
    co_return;
  });
  std::vector<std::string> reported;
  TestServer server(handler, {}, 1, [&](std::exception_ptr const& error, Head const* head) {
    try {
      std::rethrow_exception(error);
    } catch (std::exception const& e) {
      reported.push_back(std::string(head->path()) + " " + e.what());
    }
  });
  RawClient client(server.port());
  for (char const* path : {"/throw", "/late"}) {
    client.send(get(path));
    Answer const answer = client.read_answer();
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body, "{}");
  }
  EXPECT_EQ(reported, (std::vector<std::string>{"/throw a secret", "/late a secret"}));
  client.send(get("/a"));
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST(Exceptions, AfterTheFirstByteBreakTheAnswerOff) {
  ScriptedHandler handler;
  handler.on("/s", [](Exchange& exchange) -> Task<void> {
    exchange.begin_stream(200, "text/plain");
    exchange.write("begun");
    co_await exchange.flush();
    throw std::runtime_error("broken");
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/s"));
  Answer const answer = client.read_answer();
  EXPECT_EQ(answer.body, "begun");
  EXPECT_FALSE(answer.complete);
}

TEST(Handlers, ThatReturnWithoutAnAnswerGiveA500) {
  ScriptedHandler handler;
  handler.on("/nothing", [](Exchange&) -> Task<void> { co_return; });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/nothing"));
  EXPECT_EQ(client.read_answer().status, 500);
}

TEST(Handlers, MayCloseTheConnection) {
  ScriptedHandler handler;
  handler.on("/bye", [](Exchange& exchange) -> Task<void> {
    Response response;
    response.close = true;
    exchange.respond(std::move(response));
    co_return;
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/bye"));
  EXPECT_EQ(client.read_answer().headers.at("connection"), "close");
  EXPECT_TRUE(client.at_end());
}

TEST(Bodies, HaveRoomForPaddingAndMayBeMovedOut) {
  ScriptedHandler handler;
  handler.on("/b", [](Exchange& exchange) -> Task<void> {
    bool const padded = exchange.body().capacity() >= exchange.body().size() + 64;
    std::string const body = std::move(exchange.body());
    Response response;
    response.body = (padded ? "padded " : "bare ") + std::to_string(body.size());
    exchange.respond(std::move(response));
    co_return;
  });
  TestServer server(handler);
  RawClient client(server.port());
  for (std::size_t const size : {0U, 1U, 400U, 448U, 449U, 512U, 65'536U, 300'000U}) {
    client.send(post("/b", std::string(size, 'b')));
    EXPECT_EQ(client.read_answer().body, "padded " + std::to_string(size));
  }
}

TEST(Bytes, AreCountedInAndOut) {
  ScriptedHandler handler;
  std::atomic<std::size_t> in{0};
  std::atomic<std::size_t> out{0};
  handler.on("/b", [&](Exchange& exchange) -> Task<void> {
    Response response;
    response.body = "0123456789";
    exchange.respond(std::move(response));
    in = exchange.bytes_in();
    out = exchange.bytes_out();
    co_return;
  });
  TestServer server(handler);
  RawClient client(server.port());
  std::string const request = post("/b", "hello");
  client.send(request + get("/other"));
  std::string const all = client.read_until("GET /other ");
  EXPECT_EQ(in, request.size());
  EXPECT_EQ(out, all.find("0123456789") + 10);
}

}  // namespace
}  // namespace rampart::http::test
