// Published names: unique, legal, and the same each time.
#include "gateway/names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rampart::gateway {
namespace {
using ::testing::MatchesRegex;

TEST(Names, AFreeLegalNameIsKeptAsItIs) {
  Names names;
  EXPECT_EQ(names.expose("a", "", "__", "get-file.v2_x"), "get-file.v2_x");
  EXPECT_EQ(names.expose("a", "files", "__", "read"), "files__read");
  EXPECT_EQ(names.expose("a", "files", ".", "read"), "files.read");
}

TEST(Names, ATakenNameGetsADigestOfItsOwnerAndIsTheSameEachTime) {
  auto second = [](std::string const& owner) {
    Names names;
    names.take("echo");
    return *names.expose(owner, "", "__", "echo");
  };
  EXPECT_THAT(second("b"), MatchesRegex("echo_[0-9a-f]{8}"));
  EXPECT_EQ(second("b"), second("b"));
  EXPECT_NE(second("b"), second("c"));
}

TEST(Names, NamesThatDifferOnlyInWhatIsIllegalStayApart) {
  Names names;
  auto const slash = *names.expose("a", "", "__", "read/file");
  auto const space = *names.expose("a", "", "__", "read file");
  EXPECT_THAT(slash, MatchesRegex("read_file_[0-9a-f]{8}"));
  EXPECT_THAT(space, MatchesRegex("read_file_[0-9a-f]{8}"));
  EXPECT_NE(slash, space);
  EXPECT_EQ(names.expose("a", "", "__", "read_file"), "read_file");
  EXPECT_THAT(*names.expose("a", "", "__", ""), MatchesRegex("_[0-9a-f]{8}"));
  EXPECT_THAT(*names.expose("a", "", "__", "Grüße"), MatchesRegex("Gr____e_[0-9a-f]{8}"));
}

TEST(Names, SixtyFourCharactersFitAndLongerOnesAreCutWithADigest) {
  Names names;
  std::string const fits(max_exposed_name, 'x');
  EXPECT_EQ(names.expose("a", "", "__", fits), fits);
  auto const one = *names.expose("a", "", "__", fits + "1");
  auto const two = *names.expose("a", "", "__", fits + "2");
  EXPECT_EQ(one.size(), max_exposed_name);
  EXPECT_NE(one, two);
  auto const prefixed = *names.expose("a", std::string(60, 'p'), "__", "read");
  EXPECT_LE(prefixed.size(), max_exposed_name);
}

TEST(Names, WhereTakenNamesAreHiddenTheFirstOwnerKeepsIt) {
  Names names(Names::Taken::hidden);
  EXPECT_EQ(names.expose("a", "", "__", "echo"), "echo");
  EXPECT_EQ(names.expose("b", "", "__", "echo"), std::nullopt);
  EXPECT_THAT(*names.expose("b", "", "__", "echo!"), MatchesRegex("echo__[0-9a-f]{8}"))
      << "an illegal name is written anew under either rule";
}

TEST(Names, TheSamePairTwiceHasNoSecondName) {
  Names names;
  names.take("echo");
  EXPECT_TRUE(names.expose("a", "", "__", "echo"));
  EXPECT_FALSE(names.expose("a", "", "__", "echo"));
}

}  // namespace
}  // namespace rampart::gateway
