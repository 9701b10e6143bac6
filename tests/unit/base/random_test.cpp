#include "base/random.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "base/ids.hpp"

namespace rampart::base {
namespace {

TEST(RandomBytes, HaveTheLengthAskedForAlsoBeyondABatch) {
  for (std::size_t size : {0, 1, 4087, 4088, 4089, 100'000}) {
    EXPECT_EQ(random_bytes(size).size(), size);
  }
  EXPECT_NE(random_bytes(32), random_bytes(32));
}

TEST(RandomBytes, UseEveryValueOfAByte) {
  std::set<char> seen;
  for (char c : random_bytes(20'000)) seen.insert(c);
  EXPECT_EQ(seen.size(), 256u);
}

TEST(RandomBytes, DifferInAForkedProcess) {
  random_u64();  // the batch exists before the fork
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::uint64_t mine = random_u64();
    ::_exit(::write(ends[1], &mine, sizeof mine) == sizeof mine ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  std::uint64_t childs = 0;
  ASSERT_EQ(::read(ends[0], &childs, sizeof childs), static_cast<ssize_t>(sizeof childs));
  EXPECT_EQ(status, 0);
  EXPECT_NE(random_u64(), childs);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Ids, AreDistinctAcrossThreads) {
  std::set<std::string> ids;
  std::set<std::string> others;
  std::thread other([&] {
    for (int i = 0; i < 2000; ++i) others.insert(mint_id());
  });
  for (int i = 0; i < 2000; ++i) ids.insert(mint_id());
  other.join();
  ids.merge(others);
  EXPECT_EQ(ids.size(), 4000u);
}

TEST(Ids, UseOnlyCharactersThatFitEveryHeader) {
  EXPECT_EQ(mint_id().size(), 22u);
  EXPECT_EQ(mint_hex_id().size(), 32u);
  EXPECT_EQ(mint_hex_id().find_first_not_of("0123456789abcdef"), std::string::npos);
}

}  // namespace
}  // namespace rampart::base
