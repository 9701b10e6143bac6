// What the headers of an answer say.
#include "upstream/http_headers.hpp"

#include <gtest/gtest.h>

namespace rampart::upstream {
namespace {

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
