// Every size limit at its value and one past it.
#include "http/limits.hpp"

#include <gtest/gtest.h>

#include "raw_client.hpp"
#include "test_server.hpp"

namespace rampart::http::test {
namespace {

// A request whose head has exactly `bytes` bytes.
std::string head_of(std::size_t bytes) {
  std::string const frame = get("/a", "X-Fill: \r\n");
  return get("/a", "X-Fill: " + std::string(bytes - frame.size(), 'f') + "\r\n");
}

std::string headers_of(std::size_t count) {
  std::string lines;
  for (std::size_t i = 1; i < count; ++i) lines += "X-" + std::to_string(i) + ": 1\r\n";
  return get("/a", lines);  // and the Host
}

std::string chunked(std::string_view path, std::string const& body, std::size_t chunk) {
  std::string text =
      "POST " + std::string(path) + " HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += chunk) {
    std::string const piece = body.substr(at, chunk);
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    text += size + piece + "\r\n";
  }
  return text + "0\r\n\r\n";
}

Answer ask(std::uint16_t port, std::string const& request) {
  RawClient client(port);
  client.send(request);
  return client.read_answer();
}

TEST(HeaderBytes, ExactlyTheLimitPassesAndOneMoreIs431) {
  ScriptedHandler handler;
  TestServer server(handler);
  std::size_t const limit = Limits{}.header_bytes;
  EXPECT_EQ(head_of(limit).size(), limit);
  EXPECT_EQ(ask(server.port(), head_of(limit)).status, 200);
  EXPECT_EQ(ask(server.port(), head_of(limit + 1)).status, 431);
  EXPECT_EQ(handler.refusals(), std::vector{Refusal::header_limit});
}

TEST(HeaderBytes, AHeadWithoutAnEndIsRefusedAtTheLimit) {
  ScriptedHandler handler;
  TestServer server(handler);
  EXPECT_EQ(ask(server.port(), "GET /a HTTP/1.1\r\nHost: here\r\nX-A: " + std::string(40'000, 'a'))
                .status,
            431);
  EXPECT_EQ(ask(server.port(), "GET /" + std::string(40'000, 'a')).status, 431);
}

TEST(HeaderCount, ExactlyTheLimitPassesAndOneMoreIs431) {
  ScriptedHandler handler;
  TestServer server(handler);
  EXPECT_EQ(ask(server.port(), headers_of(100)).status, 200);
  EXPECT_EQ(ask(server.port(), headers_of(101)).status, 431);
}

TEST(BodyLimit, ExactlyTheLimitPassesAndOneMoreIs413) {
  ScriptedHandler handler;
  handler.limit = 10'000;
  TestServer server(handler);
  EXPECT_EQ(ask(server.port(), post("/a", std::string(10'000, 'b'))).status, 200);
  EXPECT_EQ(ask(server.port(), post("/a", std::string(10'001, 'b'))).status, 413);
  EXPECT_EQ(handler.refusals(), std::vector{Refusal::body_limit});
}

TEST(BodyLimit, HoldsForChunkedBodiesAsTheyGrow) {
  ScriptedHandler handler;
  handler.limit = 10'000;
  TestServer server(handler);
  for (std::size_t const chunk : {7U, 1000U, 20'000U}) {
    EXPECT_EQ(ask(server.port(), chunked("/a", std::string(10'000, 'b'), chunk)).status, 200);
    EXPECT_EQ(ask(server.port(), chunked("/a", std::string(10'001, 'b'), chunk)).status, 413);
  }
}

TEST(BodyLimit, AnEndlessChunkedBodyIsRefusedWhileItComes) {
  ScriptedHandler handler;
  handler.limit = 1000;
  TestServer server(handler);
  RawClient client(server.port());
  client.send("POST /a HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n" +
              std::string(1001, 'b'));
  EXPECT_EQ(client.read_answer().status, 413);
}

TEST(BodyLimit, ZeroTakesNoBodyAtAll) {
  ScriptedHandler handler;
  handler.limit = 0;
  TestServer server(handler);
  EXPECT_EQ(ask(server.port(), get("/a")).status, 200);
  EXPECT_EQ(ask(server.port(), post("/a", "")).status, 200);
  EXPECT_EQ(ask(server.port(), chunked("/a", "", 1)).status, 200);
  EXPECT_EQ(ask(server.port(), post("/a", "x")).status, 413);
  EXPECT_EQ(ask(server.port(), chunked("/a", "x", 1)).status, 413);
}

TEST(BodyLimit, TheRefusalCanBeReadWhileTheBodyIsStillBeingSent) {
  ScriptedHandler handler;
  handler.limit = 1000;
  TestServer server(handler);
  RawClient client(server.port());
  client.send(post("/a", std::string(4 << 20, 'b')));
  Answer const answer = client.read_answer();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_EQ(answer.headers.at("x-refusal"), std::to_string(static_cast<int>(Refusal::body_limit)));
}

TEST(ChunkExtensions, AreBounded) {
  ScriptedHandler handler;
  TestServer server(handler);
  EXPECT_EQ(
      ask(server.port(), "POST /a HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                             std::string(200'000, 'e'))
          .status,
      400);
}

TEST(BodyBudget, IsSharedByAllBodiesThatAreHeldAndComesBack) {
  ScriptedHandler handler;
  std::shared_ptr<Waker> waker;
  Signal held;
  handler.on("/hold", [&](Exchange& exchange) -> Task<void> {
    waker = exchange.waker();
    held.set();
    co_await exchange.wait();
    exchange.respond({});
  });
  Limits limits;
  limits.body_budget_bytes = 10'000;
  TestServer server(handler, limits);
  RawClient holder(server.port());
  holder.send(post("/hold", std::string(6000, 'b')));
  ASSERT_TRUE(held.wait());
  EXPECT_EQ(server->body_bytes(), 6000U);
  EXPECT_EQ(ask(server.port(), post("/a", std::string(4000, 'b'))).status, 200);
  EXPECT_EQ(ask(server.port(), post("/a", std::string(4001, 'b'))).status, 503);
  EXPECT_EQ(handler.refusals(), std::vector{Refusal::overload});
  waker->wake();
  EXPECT_EQ(holder.read_answer().status, 200);
  EXPECT_EQ(ask(server.port(), post("/a", std::string(10'000, 'b'))).status, 200);
}

TEST(MaxConnections, OneMoreIsToldSoAndCountedAndTheOthersGoOn) {
  ScriptedHandler handler;
  Limits limits;
  limits.max_connections = 3;
  TestServer server(handler, limits);
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/a"));
    EXPECT_EQ(clients.back().read_answer().status, 200);
  }
  RawClient further(server.port());
  further.send(get("/a"));
  EXPECT_EQ(further.read_answer().status, 503);
  EXPECT_TRUE(further.at_end());
  EXPECT_EQ(server->refused_connections(), 1U);
  EXPECT_EQ(server->connections(), 3U);
  EXPECT_EQ(handler.refusals(), std::vector{Refusal::overload});
  clients[0].send(get("/a"));
  EXPECT_EQ(clients[0].read_answer().status, 200);
  clients.pop_back();
  ASSERT_TRUE(server.wait_for_connections(2));
  EXPECT_EQ(ask(server.port(), get("/a")).status, 200);
}

TEST(MaxRefusals, BeyondThemConnectionsAreClosedWithoutAWord) {
  ScriptedHandler handler;
  Limits limits;
  limits.max_connections = 0;
  limits.max_refusals = 1;
  TestServer server(handler, limits);
  RawClient first(server.port());
  EXPECT_EQ(first.read_answer().status, 503);  // and stays open until it has gone
  RawClient second(server.port());
  EXPECT_TRUE(second.at_end());
  EXPECT_EQ(server->refused_connections(), 2U);
}

TEST(PipelineBytes, ARequestBehindMoreThanTheBufferHoldsIsStillAnswered) {
  ScriptedHandler handler;
  std::shared_ptr<Waker> waker;
  Signal held;
  handler.on("/hold", [&](Exchange& exchange) -> Task<void> {
    waker = exchange.waker();
    held.set();
    co_await exchange.wait();
    exchange.respond({});
  });
  Limits limits;
  limits.pipeline_bytes = 1000;
  TestServer server(handler, limits);
  RawClient client(server.port());
  client.send(get("/hold"));
  ASSERT_TRUE(held.wait());
  std::string all;
  for (int i = 0; i < 200; ++i) all += post("/" + std::to_string(i), std::string(300, 'p'));
  client.send(all);
  waker->wake();
  EXPECT_EQ(client.read_answer().status, 200);
  for (int i = 0; i < 200; ++i)
    EXPECT_EQ(client.read_answer().body,
              "POST /" + std::to_string(i) + " " + std::string(300, 'p'));
}

}  // namespace
}  // namespace rampart::http::test
