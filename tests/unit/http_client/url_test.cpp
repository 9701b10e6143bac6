// Which texts are addresses of a server, and what each rule says about those that are none.
#include <gtest/gtest.h>

#include "http_client/client.hpp"

namespace rampart::http_client {
namespace {

TEST(UrlTest, HasTheDefaultsOfItsScheme) {
  auto const plain = parse_url("http://example.com");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->host, "example.com");
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(plain->target, "/");
  EXPECT_EQ(plain->authority(), "example.com");
  auto const secure = parse_url("HTTPS://Example.COM:8443/a/b?c=d");
  ASSERT_TRUE(secure);
  EXPECT_TRUE(secure->tls);
  EXPECT_EQ(secure->origin(), "https://example.com:8443");
  EXPECT_EQ(secure->target, "/a/b?c=d");
  EXPECT_EQ(parse_url("https://h:443/")->authority(), "h");
  EXPECT_EQ(parse_url("http://h?x")->target, "/?x");
}

TEST(UrlTest, KeepsAnIpv6AddressWithoutItsBrackets) {
  auto const url = parse_url("http://[::1]:8080/mcp");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 8080);
  EXPECT_EQ(url->authority(), "[::1]:8080");
}

TEST(UrlTest, RefusesWhatIsNoServerAddress) {
  for (auto const* text :
       {"", "example.com", "ftp://example.com/", "http://", "http:///path", "http://user@host/",
        "http://host/#part", "http://host:0/", "http://host:65536/", "http://host:/",
        "http://host:8x/", "http://ho st/", "http://host/a b", "http://h\\@evil/", "http://[::1",
        "http://[::1%25lo]/", "http://[::1]x/", "http://h\xc3\xb6st/", "http://host\r\n/"})
    EXPECT_FALSE(parse_url(text)) << text;
}

}  // namespace
}  // namespace rampart::http_client
