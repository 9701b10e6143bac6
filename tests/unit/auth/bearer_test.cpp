#include "auth/bearer.hpp"

#include <gtest/gtest.h>

namespace rampart::auth {
namespace {

using Kind = Credentials::Kind;

TEST(Bearer, IsReadWithoutCareForTheSchemesCase) {
  for (auto const* header : {"Bearer rmp_x", "bearer rmp_x", "BEARER   rmp_x"}) {
    auto const sent = read_credentials(header, 1);
    EXPECT_EQ(sent.kind, Kind::token);
    EXPECT_EQ(sent.token, "rmp_x");
  }
}

TEST(Bearer, WithoutATokenIsAWrongOneRatherThanNone) {
  EXPECT_EQ(read_credentials("Bearer", 1).kind, Kind::token);
  EXPECT_EQ(read_credentials("Bearer ", 1).token, "");
}

TEST(Bearer, IsNoOtherScheme) {
  EXPECT_EQ(read_credentials(std::nullopt, 0).kind, Kind::none);
  for (auto const* header : {"Basic cm1wOng=", "Bearerx rmp_x", "rmp_x", ""})
    EXPECT_EQ(read_credentials(header, 1).kind, Kind::none) << header;
}

TEST(Bearer, SentTwiceIsABadRequest) {
  EXPECT_EQ(read_credentials("Bearer rmp_x", 2).kind, Kind::repeated);
  EXPECT_EQ(status_of(Kind::repeated), 400);
}

// RFC 6750, 3.1: no error where the request lacks any authentication information.
TEST(Challenge, NamesAnErrorOnlyWhereSomethingWasSent) {
  EXPECT_EQ(challenge(Kind::none), R"(Bearer realm="mcp")");
  EXPECT_EQ(challenge(Kind::token), R"(Bearer realm="mcp", error="invalid_token")");
  EXPECT_EQ(challenge(Kind::repeated), R"(Bearer realm="mcp", error="invalid_request")");
  EXPECT_EQ(status_of(Kind::none), 401);
  EXPECT_EQ(status_of(Kind::token), 401);
}

}  // namespace
}  // namespace rampart::auth
