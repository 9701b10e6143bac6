// A gateway in memory whose server has a cache.
#pragma once
#include "gateway_harness.hpp"

namespace rampart::gateway {

class CachedGateway : public GatewayTest {
 protected:
  CachedGateway() : GatewayTest(with_cache()) {}

  void expect_counts(int hits, int misses) {
    EXPECT_EQ(host.engine().hits, hits);
    EXPECT_EQ(host.engine().misses, misses);
  }
  Script* one = nullptr;

 private:
  static rampart::testing::Options with_cache() {
    rampart::testing::Options out;
    out.cache_ttl = std::chrono::seconds(60);
    return out;
  }
};

}  // namespace rampart::gateway
