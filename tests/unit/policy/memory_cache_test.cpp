#include "policy/memory_cache.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace rampart::policy {
namespace {
using namespace std::chrono_literals;

base::Steady::time_point const start(1000h);
using Life = MemoryCache::Life;
constexpr std::size_t overhead = MemoryCache::entry_overhead;

MemoryCache::Options options(std::size_t bytes, std::size_t entries = 1000) {
  return {bytes, entries, 10s, 1};
}
MemoryCache::Value text(std::string value) {
  return std::make_shared<std::string const>(std::move(value));
}
std::string get(MemoryCache& cache, std::string_view key, base::Steady::time_point now = start) {
  auto const found = cache.find(key, now);
  return found.fresh() ? *found.value : "(none)";
}

TEST(MemoryCache, GivesWhatWasPutAndReplacesIt) {
  MemoryCache cache(options(10'000));
  EXPECT_EQ(get(cache, "k"), "(none)");
  EXPECT_TRUE(cache.put("k", text("one"), start));
  EXPECT_EQ(get(cache, "k"), "one");
  EXPECT_TRUE(cache.put("k", text("longer"), start));
  EXPECT_EQ(get(cache, "k"), "longer");
  EXPECT_EQ(cache.stats().entries, 1u);
  EXPECT_EQ(cache.stats().bytes, 1 + 6 + overhead);
  EXPECT_EQ(cache.stats().hits, 2u);
  EXPECT_EQ(cache.stats().misses, 1u);
}

TEST(MemoryCache, ForgetsAtTheEndOfTheTimeToLive) {
  MemoryCache cache(options(10'000));
  cache.put("default", text("a"), start);
  cache.put("own", text("b"), start, Life{1ms});
  EXPECT_EQ(get(cache, "own", start + 999us), "b");
  EXPECT_EQ(get(cache, "own", start + 1ms), "(none)");
  EXPECT_EQ(get(cache, "default", start + 10s - 1ns), "a");
  EXPECT_EQ(get(cache, "default", start + 10s), "(none)");
  EXPECT_EQ(cache.stats().entries, 0u);
  EXPECT_EQ(cache.stats().bytes, 0u);
  EXPECT_EQ(cache.stats().expired, 2u);
}

TEST(MemoryCache, KeepsForEverWhatHasTheLongestTimeToLive) {
  MemoryCache cache(options(10'000));
  cache.put("k", text("a"), start, Life{base::Steady::duration::max()});
  EXPECT_EQ(get(cache, "k", start + 1'000'000h), "a");
}

TEST(MemoryCache, KeepsNothingWithoutATimeToLive) {
  MemoryCache cache(options(10'000));
  cache.put("k", text("old"), start);
  EXPECT_FALSE(cache.put("k", text("new"), start, Life{0s}));
  EXPECT_EQ(get(cache, "k"), "(none)") << "what was replaced must not come back";
}

TEST(MemoryCache, HoldsAsManyEntriesAsItsBoundAndDropsTheLeastRecentlyUsed) {
  MemoryCache cache(options(10'000, 3));
  for (auto key : {"a", "b", "c"}) cache.put(key, text("x"), start);
  EXPECT_EQ(cache.stats().entries, 3u);
  EXPECT_EQ(get(cache, "a"), "x");
  cache.put("d", text("x"), start);
  EXPECT_EQ(cache.stats().entries, 3u);
  EXPECT_EQ(cache.stats().evicted, 1u);
  EXPECT_EQ(get(cache, "b"), "(none)");
  EXPECT_EQ(get(cache, "a") + get(cache, "c") + get(cache, "d"), "xxx");
}

TEST(MemoryCache, HoldsExactlyItsBytesAndMakesRoomForOneMore) {
  MemoryCache cache(options(2 * (1 + 100 + overhead)));
  cache.put("a", text(std::string(100, 'a')), start);
  cache.put("b", text(std::string(100, 'b')), start);
  EXPECT_EQ(cache.stats().entries, 2u);
  EXPECT_EQ(cache.stats().bytes, 2 * (1 + 100 + overhead));
  cache.put("b", text(std::string(101, 'b')), start);
  EXPECT_EQ(cache.stats().entries, 1u);
  EXPECT_EQ(get(cache, "a"), "(none)");
}

TEST(MemoryCache, RefusesAnEntryLargerThanItself) {
  MemoryCache cache(options(1 + 50 + overhead));
  EXPECT_TRUE(cache.put("k", text(std::string(50, 'x')), start));
  EXPECT_FALSE(cache.put("k", text(std::string(51, 'x')), start));
  EXPECT_EQ(cache.stats().entries, 0u);
}

TEST(MemoryCache, KeepsAnEntryPastItsTimeWhereThatIsWantedAndSaysHowOldItIs) {
  MemoryCache cache(options(10'000));
  cache.put("k", text("x"), start, Life{10s, 5s});
  EXPECT_EQ(cache.find("k", start + 4s).left, 6s);
  EXPECT_EQ(cache.find("k", start + 4s).age, 4s);
  auto const stale = cache.find("k", start + 12s);
  EXPECT_FALSE(stale.fresh());
  EXPECT_EQ(*stale.value, "x");
  EXPECT_EQ(stale.age, 12s);
  EXPECT_EQ(stale.left, -2s);
  EXPECT_FALSE(cache.find("k", start + 15s).value);
  EXPECT_EQ(cache.stats().entries, 0u);
}

TEST(MemoryCache, ErasesOneAndClearsAll) {
  MemoryCache cache(options(10'000));
  for (auto key : {"a", "b", "c"}) cache.put(key, text("x"), start);
  EXPECT_TRUE(cache.erase("a"));
  EXPECT_FALSE(cache.erase("a"));
  EXPECT_EQ(cache.stats().entries, 2u);
  cache.clear();
  EXPECT_EQ(cache.stats().entries, 0u);
  EXPECT_EQ(cache.stats().bytes, 0u);
  EXPECT_EQ(get(cache, "b"), "(none)");
}

TEST(MemoryCache, AValueOutlivesItsEntry) {
  MemoryCache cache(options(10'000));
  cache.put("k", text("kept"), start);
  auto held = cache.find("k", start).value;
  cache.clear();
  EXPECT_EQ(*held, "kept");
}

TEST(MemoryCache, KeepsItsBoundsWithManyShardsAndThreads) {
  MemoryCache cache({100'000, 100, 10s, 8});
  auto work = [&](int offset) {
    for (int i = 0; i < 2000; ++i) {
      std::string key = "k" + std::to_string((i * 7 + offset) % 500);
      auto value = cache.find(key, start).value;
      EXPECT_TRUE(!value || *value == key);
      cache.put(key, text(key), start);
    }
  };
  std::thread other(work, 1);
  work(2);
  other.join();
  EXPECT_LE(cache.stats().entries, 100u);
  EXPECT_LE(cache.stats().bytes, 100'000u);
  EXPECT_GE(cache.stats().entries, 80u);
}

}  // namespace
}  // namespace rampart::policy
