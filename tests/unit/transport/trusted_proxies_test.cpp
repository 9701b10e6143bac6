// Who asks, as far as our own proxies tell it.
#include "transport/trusted_proxies.hpp"

#include <gtest/gtest.h>

#include "headers.hpp"

namespace rampart::transport {
namespace {

constexpr auto header = "X-Forwarded-For";

TEST(TrustedProxies, TellWhoAsksThroughThem) {
  TrustedProxies const proxies({"10.0.0.0/8", "::1"});
  EXPECT_EQ(proxies.client_of(Lines{{header, "192.0.2.1"}}, "10.0.0.1"), "192.0.2.1");
  EXPECT_EQ(proxies.client_of(Lines{{header, " 192.0.2.1:5000 "}}, "::1"), "192.0.2.1");
  EXPECT_EQ(proxies.client_of(Lines{{header, "[2001:db8::1]:5000"}}, "::ffff:10.0.0.1"),
            "2001:db8::1");
  EXPECT_EQ(proxies.client_of(Lines{{header, "192.0.2.1, 10.1.1.1,10.2.2.2"}}, "10.0.0.1"),
            "192.0.2.1");
}

TEST(TrustedProxies, WhatStandsBeforeTheirWordsIsAnybodysInvention) {
  TrustedProxies const proxies({"10.0.0.0/8"});
  EXPECT_EQ(proxies.client_of(Lines{{header, "127.0.0.1, 10.9.9.9, 192.0.2.1"}}, "10.0.0.1"),
            "192.0.2.1");
  EXPECT_EQ(proxies.client_of(Lines{{header, "127.0.0.1"}, {header, "192.0.2.1"}}, "10.0.0.1"),
            "192.0.2.1");
  EXPECT_EQ(proxies.client_of(Lines{{header, "192.0.2.1, unknown, 10.2.2.2"}}, "10.0.0.1"),
            "10.2.2.2");
  EXPECT_EQ(proxies.client_of(Lines{{header, ""}}, "10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(proxies.client_of(Lines{{header, ",,[,:,"}}, "10.0.0.1"), "10.0.0.1");
}

TEST(TrustedProxies, NobodyElsesWordCounts) {
  Lines const head{{header, "127.0.0.1"}};
  EXPECT_EQ(TrustedProxies({"10.0.0.0/8"}).client_of(head, "192.0.2.1"), "");
  EXPECT_EQ(TrustedProxies({}).client_of(head, "10.0.0.1"), "");
  EXPECT_EQ(TrustedProxies({"10.0.0.0/8"}).client_of(Lines{}, "10.0.0.1"), "10.0.0.1");
}

TEST(TrustedProxies, ALongTaleIsFollowedToItsBound) {
  std::string tale = "192.0.2.1";
  for (int i = 0; i < 100; ++i) tale += ",10.1.1.1";
  EXPECT_EQ(TrustedProxies({"10.0.0.0/8"}).client_of(Lines{{header, tale}}, "10.0.0.1"),
            "10.1.1.1");
}

TEST(ShareOfAddress, IsTheSubscribersNetworkInIpv6) {
  EXPECT_EQ(share_of_address("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(share_of_address("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(share_of_address("2001:db8:1:2::"), "2001:db8:1:2::/64");
  EXPECT_EQ(share_of_address("::ffff:192.0.2.1"), "::ffff:192.0.2.1");
  EXPECT_EQ(share_of_address("no address"), "no address");
}

}  // namespace
}  // namespace rampart::transport
