#include "auth/key_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace rampart::auth {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string const digest(64, 'a');

std::string rule_of(std::string const& text) {
  auto const lines = parse_key_lines(text, "keys");
  return lines ? "none" : lines.error().message;
}

TEST(KeyLines, HaveCommentsAndEmptyLinesBetweenThem) {
  auto const lines = parse_key_lines(
      "# staff\n\nanna:" + digest + "\r\n  \n bob.ci-2 : " + std::string(64, 'B') + " ", "keys");
  ASSERT_TRUE(lines) << lines.error().message;
  ASSERT_EQ(lines->size(), 2u);
  EXPECT_EQ((*lines)[0].name, "anna");
  EXPECT_EQ((*lines)[1].name, "bob.ci-2");
  EXPECT_EQ((*lines)[1].digest.front(), 0xbb);
}

TEST(KeyLines, OfAnEmptyFileAreNone) {
  auto const lines = parse_key_lines("# nobody yet\n", "keys");
  ASSERT_TRUE(lines);
  EXPECT_TRUE(lines->empty());
}

TEST(KeyLines, ThatAreWrongAreNamedByFileLineAndRuleAndNeverShown) {
  for (auto const& bad :
       std::vector<std::string>{"hunter2-is-my-key", "anna:hunter2", "an na:" + digest,
                                ":" + digest, "anna:" + digest + "0", "anna:rmp_hunter2"}) {
    auto const rule = rule_of("# first\nfine:" + std::string(64, 'c') + "\n" + bad + "\n");
    EXPECT_THAT(rule, HasSubstr("keys:3: ")) << bad;
    EXPECT_THAT(rule, Not(HasSubstr("hunter2")));
    EXPECT_THAT(rule, Not(HasSubstr(digest)));
  }
}

TEST(KeyLines, UseANameAndADigestOnce) {
  EXPECT_THAT(rule_of("anna:" + digest + "\nanna:" + std::string(64, 'b')),
              HasSubstr("keys:2: the name stands in an earlier line"));
  EXPECT_THAT(rule_of("anna:" + digest + "\nbob:" + std::string(64, 'A')),
              HasSubstr("keys:2: the digest stands in an earlier line"));
}

TEST(KeyLines, HaveNamesThatMeanNothingElse) {
  for (std::string const name : {"anonymous", "other", "stdio"})
    EXPECT_THAT(rule_of(name + ":" + digest), HasSubstr("keys:1: the name must not be"));
  EXPECT_EQ(rule_of(std::string(64, 'n') + ":" + digest), "none");
  EXPECT_THAT(rule_of(std::string(65, 'n') + ":" + digest), HasSubstr("1 to 64"));
}

TEST(KeyLines, AreAtMostAThousand) {
  std::string text;
  for (std::size_t i = 0; i < max_keys; ++i)
    text += key_line("n" + std::to_string(i), std::to_string(i)) + "\n";
  EXPECT_EQ(rule_of(text), "none");
  EXPECT_THAT(rule_of(text + key_line("more", "more")),
              HasSubstr("keys:1001: more than 1000 keys"));
}

TEST(NewKey, Has256BitsBehindAPrefix) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    auto const key = new_key();
    EXPECT_TRUE(key.starts_with("rmp_"));
    EXPECT_EQ(key.size(), 4u + 43u);
    EXPECT_TRUE(seen.insert(key).second);
  }
}

TEST(NewKey, HasALineThatIsItsSha256) {
  EXPECT_EQ(key_line("anna", "abc"),
            "anna:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace rampart::auth
