#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rampart::base {
namespace {

TEST(Utf8, AcceptsTheFirstAndLastOfEachLength) {
  for (auto text :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "sixteen bytes ok é and more"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
}

TEST(Utf8, RefusesOverlongSurrogatesAndBeyondUnicode) {
  for (auto text : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
                    "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                    "\xff", "\xc3(", "\xe2\x82(", "\xf0\x9f\x8e("}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(Utf8, RefusesASequenceThatIsCutShort) {
  std::string const text = "\xf0\x9f\x8e\x89";
  for (std::size_t length = 1; length < text.size(); ++length) {
    EXPECT_FALSE(is_utf8(text.substr(0, length)));
    EXPECT_EQ(utf8_valid_prefix("0123456789" + text.substr(0, length)), 10u);
  }
  EXPECT_EQ(utf8_valid_prefix("0123456789" + text + "\xff"), 14u);
}

}  // namespace
}  // namespace rampart::base
