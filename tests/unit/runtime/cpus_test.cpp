// How many loops a process gets by its CPU quota.
#include <gtest/gtest.h>

#include "runtime/loop_threads.hpp"

namespace rampart::runtime {
namespace {

TEST(Cpus, AreThoseOfTheQuotaRoundedUpButNoMoreThanTheAffinityGives) {
  EXPECT_EQ(cpus_by_quota("200000 100000", 8), 2u);
  EXPECT_EQ(cpus_by_quota("200001 100000", 8), 3u);
  EXPECT_EQ(cpus_by_quota("50000 100000\n", 8), 1u);
  EXPECT_EQ(cpus_by_quota("1600000 100000", 8), 8u);
}

TEST(Cpus, AreThoseOfTheAffinityWithoutAQuota) {
  for (auto const* text : {"max 100000\n", "", "100000", "0 100000", "100000 0", "-1 100000"})
    EXPECT_EQ(cpus_by_quota(text, 4), 4u) << text;
}

TEST(Cpus, OfThisProcessAreAtLeastOne) { EXPECT_GE(usable_cpus(), 1u); }

}  // namespace
}  // namespace rampart::runtime
