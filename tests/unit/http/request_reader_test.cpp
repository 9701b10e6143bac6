// The reader alone: whatever pieces the bytes come in, the same requests come out.
#include "http/request_reader.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rampart::http {
namespace {

struct Read {
  std::string head;
  std::string body;
  int refused = 0;
  bool operator==(Read const&) const = default;
};

// Reads all requests, given `piece` bytes at a time; unused bytes are given again with new ones
// behind them.
std::vector<Read> read_all(std::string const& bytes, std::size_t piece, std::size_t limit = 1000) {
  Limits const limits;
  BodyBudget budget(1 << 20);
  RequestReader reader(limits, budget);
  std::vector<Read> all;
  std::string buffer;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    buffer += bytes.substr(at, piece);
    for (bool more = true; more;) {
      std::size_t used = 0;
      RequestReader::Step step = reader.feed(buffer, used);
      buffer.erase(0, used);
      if (step == RequestReader::Step::head && !reader.allow_body(limit))
        step = RequestReader::Step::refused;
      switch (step) {
        case RequestReader::Step::head:
          break;
        case RequestReader::Step::need_more:
          more = false;
          break;
        case RequestReader::Step::refused:
          all.push_back({"", "", reader.refusal().status});
          return all;
        case RequestReader::Step::complete: {
          std::string head =
              std::string(reader.head().method()) + " " + std::string(reader.head().target());
          for (auto const& [name, value, mark] : reader.head().lines())
            head += "|" + std::string(name) + "=" + std::string(value);
          all.push_back({head, reader.body(), 0});
          reader.next();
          more = !buffer.empty();
        }
      }
    }
  }
  EXPECT_EQ(budget.held(), reader.body().size());
  return all;
}

TEST(RequestReader, GivesTheSameRequestsHoweverTheBytesAreCut) {
  std::string const bytes =
      "\r\nGET /one?x=y HTTP/1.1\r\nHost: here\r\nX-A:  spaced \r\n\r\n"
      "POST /two HTTP/1.1\r\nHost: here\r\nContent-Length: 11\r\n\r\nhello world"
      "POST /three HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: dropped\r\n\r\n"
      "GET /four HTTP/1.0\r\n\r\n";
  std::vector<Read> const expected = {
      {"GET /one?x=y|Host=here|X-A=spaced", "", 0},
      {"POST /two|Host=here|Content-Length=11", "hello world", 0},
      {"POST /three|Host=here|Transfer-Encoding=chunked", "hello world", 0},
      {"GET /four", "", 0}};
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece)
    EXPECT_EQ(read_all(bytes, piece), expected) << piece;
}

TEST(RequestReader, ReadsTheEndOfAChunkedBodyHoweverItIsCut) {
  std::string const head = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::string const body :
       {"0\r\n\r\n", "0\r\nT: x\r\n\r\n", "0\r\nTrailer: x\r\nOther: y\r\n\r\n", "00\r\n\r\n",
        "0;a=b\r\n\r\n", "0;a\r\nT: x\r\n\r\n", "4\r\n0\r\nx\r\n0\r\nT: x\r\n\r\n"}) {
    auto const bytes = head + body + "GET /b HTTP/1.1\r\nHost: h\r\n\r\n";
    auto const whole = read_all(bytes, bytes.size());
    ASSERT_EQ(whole.size(), 2u) << body;
    for (std::size_t piece = 1; piece < bytes.size(); ++piece)
      EXPECT_EQ(read_all(bytes, piece), whole) << piece << " of " << body;
  }
}

TEST(RequestReader, RefusesAWrongEndOfAChunkedBodyHoweverItIsCut) {
  std::string const head = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::string const body :
       {"0\r\n\xfc\xf5\xb8\xbaT /x\r\n\r\n", "0\r\nT\r\n\r\n", "0\r\n: x\r\n\r\n",
        "0\n\n\n\n\r\n\r\n", "0\rx\r\n\r\n", "0 \r\n\r\n\r\n"}) {
    auto const bytes = head + body;
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
      auto const read = read_all(bytes, piece);
      ASSERT_FALSE(read.empty()) << piece << " of " << body;
      EXPECT_EQ(read.back().refused, 400) << piece << " of " << body;
    }
  }
}

TEST(RequestReader, TakesWhatLooksLikeTheEndOfAChunkedBodyForWhatItIs) {
  for (std::string const body : {"0\r\n", "0\r\nx", "0\r\n\r"}) {
    auto const bytes =
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece)
      EXPECT_EQ(read_all(bytes, piece).size(), 1u) << piece << " of " << body;
  }
}

TEST(RequestReader, RefusesTheSameHoweverTheBytesAreCut) {
  struct {
    std::string bytes;
    int status;
  } const cases[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", 413},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\nHost: a\r\nX-A: " + std::string(40'000, 'a') + "\r\n\r\n", 431},
      {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505},
  };
  for (auto const& c : cases)
    for (std::size_t const piece : {1U, 2U, 3U, 7U, 50U, 100'000U}) {
      std::vector<Read> const read = read_all(c.bytes, piece);
      ASSERT_EQ(read.size(), 1U) << c.bytes.substr(0, 80);
      EXPECT_EQ(read[0].refused, c.status) << c.bytes.substr(0, 80) << " by " << piece;
    }
}

TEST(RequestReader, HasNoBodyBeforeItIsAllowed) {
  Limits const limits;
  BodyBudget budget(1 << 20);
  RequestReader reader(limits, budget);
  std::string_view const bytes = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
  std::size_t used = 0;
  EXPECT_EQ(reader.feed(bytes, used), RequestReader::Step::head);
  EXPECT_EQ(bytes.substr(used), "hello");
  EXPECT_EQ(budget.held(), 0U);
  EXPECT_TRUE(reader.allow_body(5));
  std::size_t more = 0;
  EXPECT_EQ(reader.feed(bytes.substr(used), more), RequestReader::Step::complete);
  EXPECT_EQ(reader.body(), "hello");
  EXPECT_EQ(budget.held(), 5U);
  reader.next();
  EXPECT_EQ(budget.held(), 0U);
}

TEST(RequestReader, ReservesNoMemoryForWhatIsOnlyAnnounced) {
  Limits const limits;
  BodyBudget budget(std::size_t{1} << 40);
  RequestReader reader(limits, budget);
  std::size_t used = 0;
  std::string_view const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n";
  EXPECT_EQ(reader.feed(head, used), RequestReader::Step::head);
  EXPECT_TRUE(reader.allow_body(std::size_t{1} << 40));
  std::size_t more = 0;
  EXPECT_EQ(reader.feed("abc", more), RequestReader::Step::need_more);
  EXPECT_LT(reader.body().capacity(), 1000U);
}

TEST(RequestReader, HoldsALineAfterTheHeadToTheSameBoundAsTheHead) {
  std::string const start = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (char const* rest : {"1;", "0\r\nX-Trailer: "}) {
    std::vector<Read> const read = read_all(start + rest + std::string(40'000, 'x'), 1000);
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].refused, 400) << rest;
  }
}

}  // namespace
}  // namespace rampart::http
