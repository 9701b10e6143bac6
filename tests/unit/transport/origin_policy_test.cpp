// Who may reach the endpoint from a browser, and under which name.
#include "transport/origin_policy.hpp"

#include <gtest/gtest.h>

#include "headers.hpp"

namespace rampart::transport {
namespace {

using Verdict = OriginPolicy::Verdict;

Verdict judge(OriginPolicy const& policy, std::string host, std::string origin = {}) {
  if (origin.empty()) return policy.judge(Lines{{"Host", host}});
  return policy.judge(Lines{{"Host", host}, {"Origin", origin}});
}

TEST(OriginPolicy, OnLoopbackOnlyLoopbackNamesAreHosts) {
  OriginPolicy const policy(true, {}, {});
  for (std::string host :
       {"localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:8080", "[::1]", "[::1]:8080"})
    EXPECT_EQ(judge(policy, host), Verdict::allowed) << host;
  for (std::string host :
       {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "localhost:80:80",
        "localhost:123456", "localhost@evil.example", "[::1", "127.0.0.2"})
    EXPECT_EQ(judge(policy, host), Verdict::bad_host) << host;
  EXPECT_EQ(policy.judge(Lines{}), Verdict::bad_host) << "a missing Host";
}

TEST(OriginPolicy, AnOriginMustBeOfAnAllowedHost) {
  OriginPolicy const policy(true, {}, {});
  for (std::string origin :
       {"http://localhost", "http://localhost:3000", "https://127.0.0.1:8443", "http://[::1]:3000"})
    EXPECT_EQ(judge(policy, "localhost", origin), Verdict::allowed) << origin;
  for (std::string origin : {"http://evil.example", "null", "localhost", "file://",
                             "http://localhost.evil.example", "ftp://localhost", "http://"})
    EXPECT_EQ(judge(policy, "localhost", origin), Verdict::bad_origin) << origin;
}

TEST(OriginPolicy, ABadHostIsReportedBeforeABadOrigin) {
  EXPECT_EQ(judge(OriginPolicy(true, {}, {}), "evil.example", "http://evil.example"),
            Verdict::bad_host);
}

TEST(OriginPolicy, BeyondLoopbackTheAllowedHostsCountWithOrWithoutAPort) {
  OriginPolicy const policy(false, {"mcp.example.com", "other.example:8443"}, {});
  EXPECT_EQ(judge(policy, "mcp.example.com"), Verdict::allowed);
  EXPECT_EQ(judge(policy, "MCP.example.com:8080"), Verdict::allowed);
  EXPECT_EQ(judge(policy, "other.example:8443"), Verdict::allowed);
  EXPECT_EQ(judge(policy, "other.example:1"), Verdict::bad_host);
  EXPECT_EQ(judge(policy, "localhost"), Verdict::bad_host);
  EXPECT_EQ(judge(policy, "mcp.example.com", "https://mcp.example.com"), Verdict::allowed);
  EXPECT_EQ(judge(policy, "mcp.example.com", "https://localhost"), Verdict::bad_origin);
}

TEST(OriginPolicy, WithoutAllowedHostsBeyondLoopbackAnyHostPassesButNoOrigin) {
  OriginPolicy const policy(false, {}, {});
  EXPECT_EQ(judge(policy, "anything.example"), Verdict::allowed);
  EXPECT_EQ(policy.judge(Lines{}), Verdict::allowed);
  EXPECT_EQ(judge(policy, "anything.example", "https://anything.example"), Verdict::bad_origin);
}

TEST(OriginPolicy, WholeOriginsAreAllowedBesidesTheHosts) {
  OriginPolicy const policy(false, {}, {"https://app.example.com"});
  EXPECT_EQ(judge(policy, "x", "https://app.example.com"), Verdict::allowed);
  EXPECT_EQ(judge(policy, "x", "HTTPS://APP.example.com"), Verdict::allowed);
  EXPECT_EQ(judge(policy, "x", "http://app.example.com"), Verdict::bad_origin);
  EXPECT_EQ(judge(policy, "x", "https://app.example.com:444"), Verdict::bad_origin);
}

}  // namespace
}  // namespace rampart::transport
