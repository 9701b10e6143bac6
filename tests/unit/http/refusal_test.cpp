// Requests that are refused before any handler sees them: what smuggles, what is malformed, what
// Expect asks.
#include <gtest/gtest.h>

#include "raw_client.hpp"
#include "test_server.hpp"

namespace rampart::http::test {
namespace {

struct Shape {
  char const* name;
  std::string request;
  int status;
};

std::string posted(std::string const& lines, std::string const& body = "0\r\n\r\n") {
  return "POST /a HTTP/1.1\r\nHost: here\r\n" + lines + "\r\n" + body;
}

std::vector<Shape> shapes() {
  std::string const smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n";
  return {
      {"length and coding", posted("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", smuggled),
       400},
      {"coding and length", posted("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", smuggled),
       400},
      {"two lengths", posted("Content-Length: 5\r\nContent-Length: 6\r\n", smuggled), 400},
      {"two equal lengths", posted("Content-Length: 5\r\nContent-Length: 5\r\n", smuggled), 400},
      {"a list of equal lengths", posted("Content-Length: 5, 5\r\n", smuggled), 400},
      {"a list of lengths", posted("Content-Length: 5, 6\r\n", smuggled), 400},
      {"a signed length", posted("Content-Length: +5\r\n", smuggled), 400},
      {"a hexadecimal length", posted("Content-Length: 0x5\r\n", smuggled), 400},
      {"a length beyond 64 bits", posted("Content-Length: 99999999999999999999999\r\n", smuggled),
       400},
      {"xchunked", posted("Transfer-Encoding: xchunked\r\n", smuggled), 501},
      {"chunked before gzip", posted("Transfer-Encoding: chunked, gzip\r\n", smuggled), 501},
      {"gzip before chunked", posted("Transfer-Encoding: gzip, chunked\r\n", smuggled), 501},
      {"identity", posted("Transfer-Encoding: identity\r\n", smuggled), 501},
      {"an empty coding", posted("Transfer-Encoding: \r\n", smuggled), 501},
      {"two codings",
       posted("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", smuggled), 400},
      {"coding in HTTP/1.0", "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled,
       400},
      {"a space before the colon", posted("Content-Length : 5\r\n", smuggled), 400},
      {"a bare line feed", "POST /a HTTP/1.1\nHost: here\n\n", 400},
      {"a null byte", posted(std::string("X-A: a\0b\r\n", 10), ""), 400},
      {"no host", "GET /a HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"two hosts in HTTP/1.0", "GET /a HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"no request line", "hello\r\n\r\n", 400},
      {"no path", "GET HTTP/1.1\r\nHost: here\r\n\r\n", 400},
      {"HTTP/2.0", "GET /a HTTP/2.0\r\nHost: here\r\n\r\n", 505},
      {"HTTP/0.9", "GET /a\r\n", 400},
      {"two empty lines first", "\r\n\r\nGET /a HTTP/1.1\r\nHost: here\r\n\r\n", 400},
      {"a TLS handshake", std::string("\x16\x03\x01\x02", 4), 400},
      {"a chunk size that is no number", posted("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n"),
       400},
      {"a chunk longer than it says",
       posted("Transfer-Encoding: chunked\r\n", "2\r\nabc\r\n0\r\n\r\n"), 400},
      {"a chunk size beyond 64 bits",
       posted("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nabc"), 400},
      {"an unknown expectation", posted("Content-Length: 5\r\nExpect: tea\r\n", "hello"), 417},
      {"two expectations",
       posted("Content-Length: 5\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n", "hello"),
       417},
  };
}

TEST(Refusals, EachIsAnsweredWithItsStatusAndEndsTheConnection) {
  ScriptedHandler handler;
  TestServer server(handler);
  std::size_t refused = 0;
  for (Shape const& shape : shapes()) {
    RawClient client(server.port());
    client.send(shape.request);
    Answer answer = client.read_answer();
    EXPECT_EQ(answer.status, shape.status) << shape.name;
    EXPECT_EQ(answer.headers["connection"], "close") << shape.name;
    EXPECT_EQ(answer.headers["x-refusal"], std::to_string(static_cast<int>(Refusal::malformed)))
        << shape.name;
    EXPECT_TRUE(client.at_end()) << shape.name;  // nothing behind it was taken for a request
    EXPECT_EQ(handler.refusals().size(), ++refused) << shape.name;
  }
}

TEST(Refusals, WhatLooksOddButIsAllowedIsServed) {
  ScriptedHandler handler;
  TestServer server(handler);
  for (std::string const& request : {
           "\r\n" + get("/a"),
           get("/a", "X-Empty:\r\n"),
           std::string("GET /a HTTP/1.1\r\nhOsT:here\r\n\r\n"),
           std::string("GET /a HTTP/1.0\r\n\r\n"),
           std::string("GET /a HTTP/1.1\r\nHost:\r\n\r\n"),
           posted("Transfer-Encoding: ChunkeD\r\n"),
           std::string("OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n"),
           std::string("MADEUP /a HTTP/1.1\r\nHost: here\r\n\r\n"),
       }) {
    RawClient client(server.port());
    client.send(request);
    EXPECT_EQ(client.read_answer().status, 200) << request;
  }
}

TEST(Admit, RefusesBeforeTheBodyIsReadAndCloses) {
  ScriptedHandler handler;
  handler.admitting = [](Head const& head) -> std::optional<Response> {
    if (head.header("authorization") == "Bearer good") return std::nullopt;
    Response response;
    response.status = 401;
    response.body = "{}";
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
  };
  TestServer server(handler);
  RawClient good(server.port());
  good.send(post("/a", "x", "Authorization: Bearer good\r\n"));
  EXPECT_EQ(good.read_answer().status, 200);
  RawClient bad(server.port());
  bad.send(
      "POST /a HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n");
  Answer const answer = bad.read_answer();
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.headers.at("www-authenticate"), "Bearer");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(bad.at_end());
  EXPECT_TRUE(handler.refusals().empty());
}

TEST(Expect, TheClientIsToldToContinueAndThenAnswered) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    client.send(
        "POST /a HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n");
    EXPECT_EQ(client.read_answer().status, 100);
    client.send("hello");
    EXPECT_EQ(client.read_answer().body, "POST /a hello");
  }
}

TEST(Expect, IsNotAnsweredIfTheBodyIsHereAlready) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  client.send(post("/a", "hello", "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST(Expect, ABodyThatWouldBeTooLongIsRefusedInsteadOfAskedFor) {
  ScriptedHandler handler;
  handler.limit = 4;
  TestServer server(handler);
  RawClient client(server.port());
  client.send(
      "POST /a HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 413);
}

TEST(Expect, MeansNothingInHttp10) {
  ScriptedHandler handler;
  TestServer server(handler);
  RawClient client(server.port());
  client.send("POST /a HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");
  EXPECT_EQ(client.read_answer().body, "POST /a hello");
}

}  // namespace
}  // namespace rampart::http::test
