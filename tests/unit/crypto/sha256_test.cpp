#include "crypto/sha256.hpp"

#include <gtest/gtest.h>

#include "crypto/compare.hpp"

namespace rampart::crypto {
namespace {

TEST(Sha256, MatchesTheVectorsOfFips180) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, GivesTheSameDigestForPartsAndWhole) {
  Sha256 parts;
  parts.update("a").update("").update("bc");
  EXPECT_EQ(parts.finish(), sha256("abc"));
  EXPECT_EQ(parts.finish(), sha256(""));
  EXPECT_EQ(parts.update("abc").finish(), sha256("abc"));
}

TEST(ConstantTimeEqual, ComparesWholeTexts) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("secret", "secret"));
  EXPECT_FALSE(constant_time_equal("secret", "secreT"));
  EXPECT_FALSE(constant_time_equal("secret", "Secret"));
  EXPECT_FALSE(constant_time_equal("secret", "secre"));
}

}  // namespace
}  // namespace rampart::crypto
