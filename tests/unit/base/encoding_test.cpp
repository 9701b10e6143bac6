#include "base/encoding.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace rampart::base {
namespace {

TEST(Base64, MatchesTheVectorsOfRfc4648) {
  std::pair<std::string, std::string> const vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (auto const& [bytes, text] : vectors) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(Base64, RefusesEverySecondSpelling) {
  for (auto text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "=",
                    "====", "Z===", "Zg==Zg==", "Zm9-", "Zm9_", "Zm9v=", "\xff\xff\xff\xff"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
}

TEST(Base64url, UsesItsOwnAlphabetAndNoPadding) {
  EXPECT_EQ(base64_encode("\xfb\xff\xfe"), "+//+");
  EXPECT_EQ(base64url_encode("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(base64url_encode("f"), "Zg");
  EXPECT_EQ(base64url_decode("Zg"), "f");
  for (auto text : {"Zg==", "Zh", "Z", "+//+", "Zm9vY"}) {
    EXPECT_EQ(base64url_decode(text), std::nullopt) << text;
  }
}

TEST(Encodings, BringBackBytesOfEveryLength) {
  for (std::size_t length = 0; length < 70; ++length) {
    std::string bytes = random_bytes(length);
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    EXPECT_EQ(hex_decode(hex_encode(bytes)), bytes);
    EXPECT_EQ(percent_decode(percent_encode(bytes)), bytes);
  }
}

TEST(Hex, WritesLowerCaseAndReadsBoth) {
  EXPECT_EQ(hex_encode(std::string("\x00\x7f\xAB", 3)), "007fab");
  EXPECT_EQ(hex_decode("007FaB"), std::string("\x00\x7f\xAB", 3));
  for (auto text : {"0", "0g", "/0", ":0", "@0", "0x", " 0"}) {
    EXPECT_EQ(hex_decode(text), std::nullopt) << text;
  }
}

TEST(Percent, DecodesRfc3986AndLeavesPlusAlone) {
  EXPECT_EQ(percent_decode("a%20b+c%2F%c3%A9%25"), "a b+c/é%");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
  for (auto text : {"%", "%2", "a%2", "%zz", "%%20"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
  EXPECT_EQ(percent_encode("a b/é~"), "a%20b%2F%C3%A9~");
}

}  // namespace
}  // namespace rampart::base
