// What caches keep of a result comes back whole, and what others wrote is looked at before it is
// used.
#include "server/stored_result.hpp"

#include <gtest/gtest.h>

namespace rampart::server {
namespace {

Rendered const whole{
    R"("content":[{"type":"text","text":"a\nb"}])", false, R"("example.com/a":1)", {}};

TEST(StoredResult, ComesBackAsItWas) {
  for (bool const is_error : {false, true}) {
    Rendered result = whole;
    result.is_error = is_error;
    auto const stored = stored_form(result);
    auto const back = unframed(framed(stored));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, stored);
    auto const again = restored(*back);
    EXPECT_EQ(again.members, whole.members);
    EXPECT_EQ(again.meta, whole.meta);
    EXPECT_EQ(again.is_error, is_error);
  }
  EXPECT_TRUE(unframed(framed(stored_form(Rendered())))) << "empty is a result";
}

TEST(StoredResult, TheFormThatHitsShallHaveIsKept) {
  Rendered result = whole;
  result.hit_members = R"("hit":true)";
  EXPECT_EQ(restored(stored_form(result)).members, result.hit_members);
}

TEST(StoredResult, AnotherFormatIsNone) {
  auto const bytes = framed(stored_form(whole));
  EXPECT_EQ(bytes.substr(0, 17), "rampart-result-1\n");
  auto other = bytes;
  other[15] = '2';
  EXPECT_FALSE(unframed(other));
  EXPECT_FALSE(unframed(stored_form(whole)));
  EXPECT_FALSE(unframed(""));
}

TEST(StoredResult, EveryShorterPieceIsNone) {
  auto const bytes = framed(stored_form(whole));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    auto const piece = unframed(bytes.substr(0, size));
    EXPECT_TRUE(!piece || restored(*piece).members.empty())
        << "only a result without members may be left of " << size << " bytes";
  }
}

TEST(StoredResult, MembersThatAreNoneAreNotPassedOn) {
  for (std::string const rest :
       {"2\n0\n", "0\n-1\n", "0\n99999999999999999999\n", "0\n3\nab", "0\n0\n}",
        "0\n0\n\"a\":", "0\n0\n\"a\":1}, {\"b\":2", "0\n3\n}{}", "0\n", "0"})
    EXPECT_FALSE(unframed("rampart-result-1\n" + rest)) << rest;
}

}  // namespace
}  // namespace rampart::server
