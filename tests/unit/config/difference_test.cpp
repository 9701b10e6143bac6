// Which keys a changed configuration changes.
#include "config/difference.hpp"

#include <gmock/gmock.h>

#include "config/load.hpp"

namespace rampart::config {
namespace {

using testing::IsEmpty;

TEST(Difference, NamesTheKeysOfEveryKindWhoseValuesDiffer) {
  auto const before = default_config();
  auto after = before;
  EXPECT_THAT(differing_keys(before, after), IsEmpty());
  after.server.port = 1;
  after.server.legacy_sse = !after.server.legacy_sse;
  after.server.allowed_hosts = {"mcp.example.com"};
  after.cache.ttl += std::chrono::seconds(1);
  after.redis.url = "redis://localhost";
  after.log.level = base::Level::error;
  EXPECT_THAT(
      differing_keys(before, after),
      testing::UnorderedElementsAre("server.port", "server.legacy_sse", "server.allowed_hosts",
                                    "cache.ttl", "redis.url", "log.level"));
}

TEST(Difference, LogLevelAndRateLimitAreTakenUpWithoutARestart) {
  auto const before = default_config();
  auto after = before;
  after.log.level = base::Level::error;
  after.rate.limit = 7;
  EXPECT_EQ(differing_keys(before, after).size(), 2u);
  for (auto const key : differing_keys(before, after)) EXPECT_TRUE(read_again(key));
  EXPECT_FALSE(read_again("rate.identities"));
}

}  // namespace
}  // namespace rampart::config
