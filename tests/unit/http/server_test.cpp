// Requests and answers over real sockets: the ordinary path.
#include "http/server.hpp"

#include <gtest/gtest.h>

#include "raw_client.hpp"
#include "test_server.hpp"

namespace rampart::http::test {
namespace {

TEST(Server, AnswersManyRequestsOnOneConnection) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  for (int i = 0; i < 5; ++i) {
    client.send(get("/a?x=1"));
    Answer const answer = client.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /a ");
    EXPECT_FALSE(answer.headers.contains("connection"));
    client.send(post("/b", "hello"));
    EXPECT_EQ(client.read_answer().body, "POST /b hello");
  }
}

TEST(Server, SaysDateTypeAndLength) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/a"));
  Answer const answer = client.read_answer();
  EXPECT_EQ(answer.headers.at("content-type"), "text/plain");
  EXPECT_EQ(answer.headers.at("content-length"), "7");
  std::string const date = answer.headers.at("date");
  EXPECT_EQ(date.size(), std::string_view("Sun, 06 Nov 1994 08:49:37 GMT").size());
  EXPECT_TRUE(date.ends_with(" GMT"));
}

TEST(Server, TellsHandlersTheAddressOfThePeer) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/a"));
  client.read_answer();
  EXPECT_EQ(handler.last_peer(), "127.0.0.1");
}

TEST(Server, AnswersHeadWithTheLengthAndNoBody) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  client.send("HEAD /a HTTP/1.1\r\nHost: here\r\n\r\n");
  Answer const head = client.read_answer(true);
  EXPECT_EQ(head.headers.at("content-length"), "8");
  client.send(get("/b"));
  EXPECT_EQ(client.read_answer().body, "GET /b ");
}

TEST(Server, ClosesAfterTheAnswerIfTheClientAsksForIt) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/a", "Connection: close\r\n"));
  Answer const answer = client.read_answer();
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(client.at_end());
}

TEST(Server, AnswersHttp10AndCloses) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  Answer const answer = client.read_answer();
  EXPECT_EQ(answer.body, "GET /a ");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(client.at_end());
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 100; ++i) all += post("/" + std::to_string(i), std::string(100, 'x'));
  client.send(all);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(client.read_answer().body,
              "POST /" + std::to_string(i) + " " + std::string(100, 'x'));
}

TEST(Server, ReadsARequestThatComesByteByByte) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  for (char const c :
       "\r\n" + post("/slow", "some body", "X-Long: " + std::string(100, 'y') + "\r\n"))
    client.send({&c, 1});
  EXPECT_EQ(client.read_answer().body, "POST /slow some body");
}

TEST(Server, ReadsChunkedBodiesAndDropsTrailers) {
  ScriptedHandler handler;
  handler.on("/t", [](Exchange& exchange) -> Task<void> {
    Response response;
    response.body = exchange.body() + (exchange.head().header("Mcp-Name") ? " and a trailer" : "");
    exchange.respond(std::move(response));
    co_return;
  });
  TestServer server(handler);
  RawClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    client.send(
        "POST /t HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
        "4;ext=1\r\nabcd\r\n3\r\nefg\r\n0\r\nMcp-Name: evil\r\n\r\n");
    EXPECT_EQ(client.read_answer().body, "abcdefg");
  }
}

TEST(Server, TakesABodyOfManyReads) {
  ScriptedHandler handler;
  handler.limit = 8 << 20;
  TestServer server(handler);
  RawClient client(server.port());
  std::string body(8 << 20, 'z');
  for (std::size_t i = 0; i < body.size(); i += 1000) body[i] = static_cast<char>('a' + i % 23);
  std::string const request = post("/big", body);
  std::thread sender([&] { client.send(request); });
  Answer const answer = client.read_answer();
  sender.join();
  EXPECT_TRUE(answer.body == "POST /big " + body);
}

TEST(Server, StreamsChunksToHttp11AndPlainBytesToHttp10) {
  ScriptedHandler handler;
  handler.on("/s", [](Exchange& exchange) -> Task<void> {
    exchange.begin_stream(200, "text/event-stream", {{"X-A", "b"}});
    exchange.write("one ");
    exchange.write("");
    co_await exchange.flush();
    exchange.write("two");
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/s"));
  Answer const answer = client.read_answer();
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.body, "one two");
  EXPECT_EQ(answer.headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(answer.headers.at("x-a"), "b");
  client.send(get("/a"));
  EXPECT_EQ(client.read_answer().status, 200);

  RawClient old(server.port());
  old.send("GET /s HTTP/1.0\r\n\r\n");
  std::string const all = old.read_all();
  EXPECT_TRUE(all.ends_with("\r\n\r\none two")) << all;
  EXPECT_EQ(all.find("chunked"), std::string::npos);
}

TEST(Server, KeepsLineBreaksOutOfHeaders) {
  ScriptedHandler handler;
  handler.on("/h", [](Exchange& exchange) -> Task<void> {
    Response response;
    response.headers.emplace_back("X-A", "b\r\nX-Evil: 1");
    exchange.respond(std::move(response));
    co_return;
  });
  TestServer server(handler);
  RawClient client(server.port());
  client.send(get("/h"));
  Answer const answer = client.read_answer();
  EXPECT_EQ(answer.headers.at("x-a"), "b  X-Evil: 1");
  EXPECT_FALSE(answer.headers.contains("x-evil"));
}

}  // namespace
}  // namespace rampart::http::test
