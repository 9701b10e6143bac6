// Responses in every framing, in pieces of every size, and those that must be refused.
#include "http_client/response_reader.hpp"

#include <gtest/gtest.h>

namespace rampart::http_client {
namespace {
constexpr std::size_t header_limit = 4096;

struct Read {
  explicit Read(std::size_t limit = header_limit) : reader(limit) {}
  Read& feed(std::string_view bytes, std::size_t piece) {
    for (std::size_t at = 0; at < bytes.size() && !failed; at += piece) {
      failed = !reader.feed(bytes.substr(at, piece));
      body += reader.take_body();
    }
    return *this;
  }
  ResponseReader reader;
  std::string body;
  bool failed = false;
};

TEST(ResponseReaderTest, ReadsEveryFramingSplitAnywhere) {
  std::string_view const texts[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: u\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
      "HTTP/1.1 200 OK\r\nX-A: b\r\ncontent-length: 5\r\n\r\nhello",
  };
  for (auto const text : texts)
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
      Read read;
      read.feed(text, piece);
      ASSERT_FALSE(read.failed) << text << piece;
      EXPECT_TRUE(read.reader.done()) << text << piece;
      EXPECT_TRUE(read.reader.keeps_connection()) << text << piece;
      EXPECT_EQ(read.reader.head().status, 200);
      EXPECT_EQ(read.reader.head().find("x-a"), "b");
      EXPECT_FALSE(read.reader.head().find("Link"));
      EXPECT_EQ(read.body, "hello");
    }
}

TEST(ResponseReaderTest, ReadsAnEmptyChunkedBodySplitAnywhere) {
  for (std::string const end :
       {"0\r\n\r\n", "0\r\nT: u\r\n\r\n", "0;x=y\r\n\r\n", "00\r\nT: u\r\n\r\n"}) {
    auto const text = "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n" + end;
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
      Read read;
      read.feed(text, piece);
      EXPECT_FALSE(read.failed) << piece << " of " << end;
      EXPECT_TRUE(read.reader.done()) << piece << " of " << end;
    }
  }
}

TEST(ResponseReaderTest, HoldsNoDataBackThatLooksLikeTheEnd) {
  Read read;
  read.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n", 100);
  EXPECT_EQ(read.feed("0\r\n", 3).body, "0\r\n");
}

TEST(ResponseReaderTest, EndsABodyWithoutLengthWithTheConnection) {
  Read read;
  read.feed("HTTP/1.1 200 OK\r\n\r\nhello", 7);
  EXPECT_FALSE(read.reader.done());
  EXPECT_TRUE(read.reader.feed_end());
  EXPECT_TRUE(read.reader.done());
  EXPECT_FALSE(read.reader.keeps_connection());
  EXPECT_EQ(read.body, "hello");
}

TEST(ResponseReaderTest, FailsWhenTheConnectionEndsTooEarly) {
  for (auto const* text : {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    Read read;
    read.feed(text, 1000);
    auto const ended = read.reader.feed_end();
    ASSERT_FALSE(ended) << text;
    EXPECT_EQ(ended.error().code, Errc::unavailable);
  }
}

TEST(ResponseReaderTest, KeepsNoConnectionThatTheServerWillClose) {
  for (auto const* text :
       {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\nunasked",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"}) {
    Read read;
    read.feed(text, 1000);
    EXPECT_TRUE(read.reader.done()) << text;
    EXPECT_FALSE(read.reader.keeps_connection()) << text;
  }
}

TEST(ResponseReaderTest, RefusesWhatIsNotHttp) {
  for (auto const* text :
       {"SSH-2.0-OpenSSH_9\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 099 Odd\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"}) {
    Read read;
    read.feed(text, 1000);
    EXPECT_TRUE(read.failed) << text;
  }
}

TEST(ResponseReaderTest, BoundsHeadersHoweverTheyCome) {
  std::string const line = "X-A: " + std::string(95, 'x') + "\r\n";  // 102 bytes
  for (std::size_t const piece : {std::size_t{1}, line.size(), std::size_t{100'000}}) {
    Read read;
    read.feed("HTTP/1.1 200 OK\r\n", 17);
    std::string many;
    for (int i = 0; i < 100; ++i) many += line;
    read.feed(many, piece);
    EXPECT_TRUE(read.failed) << piece;
  }
  Read one_line;
  one_line.feed("HTTP/1.1 200 OK\r\nX: " + std::string(10'000, 'x'), 500);
  EXPECT_TRUE(one_line.failed);
  Read chunk_extension;
  chunk_extension.feed(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" + std::string(10'000, 'x'), 500);
  EXPECT_TRUE(chunk_extension.failed);
}

TEST(ResponseReaderTest, ReservesNothingOfWhatTheServerPromises) {
  Read read;
  read.feed("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\nabc", 1000);
  EXPECT_FALSE(read.failed);
  EXPECT_EQ(read.body, "abc");
}

TEST(ResponseReaderTest, EndlessInterimResponsesAreRefused) {
  Read read;
  for (int i = 0; i < 20; ++i) read.feed("HTTP/1.1 100 Continue\r\n\r\n", 1000);
  EXPECT_TRUE(read.failed);
}

}  // namespace
}  // namespace rampart::http_client
