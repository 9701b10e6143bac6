// Header values as the protocol wants them, and what the headers of an answer say.
#include "upstream/http_headers.hpp"

#include <gtest/gtest.h>

#include "protocol/mcp_headers.hpp"

namespace rampart::upstream {
namespace {

TEST(HttpHeadersTest, EncodesOnlyWhatAHeaderCannotCarry) {
  for (auto const* plain : {"eu-west", "a b", "file:///x?y=z", "", "=?base64?x", "=?BASE64?eA==?="})
    EXPECT_EQ(encode_header_value(plain), plain);
  for (std::string const text :
       {" x", "x ", "\tx", "a\tb", "\xc3\xb6", "a\r\nb", "=?base64?eA==?=", "\x7f"}) {
    std::string const encoded = encode_header_value(text);
    EXPECT_TRUE(encoded.starts_with("=?base64?") && encoded.ends_with("?=")) << encoded;
    EXPECT_EQ(protocol::decode_header_value(encoded), text);
  }
}

TEST(HttpHeadersTest, AMediaTypeIsComparedWithoutCaseAndParameters) {
  auto const kind = [](char const* type) {
    http_client::ResponseHead head;
    head.headers = {{"content-type", type}};
    return body_kind(head);
  };
  EXPECT_EQ(kind("application/json"), BodyKind::json);
  EXPECT_EQ(kind("Application/JSON;charset=utf-8"), BodyKind::json);
  EXPECT_EQ(kind("text/event-stream ; x=y"), BodyKind::events);
  EXPECT_EQ(kind("application/jsonl"), BodyKind::other);
  EXPECT_EQ(kind("text/html"), BodyKind::other);
  EXPECT_EQ(body_kind(http_client::ResponseHead()), BodyKind::other);
}

}  // namespace
}  // namespace rampart::upstream
