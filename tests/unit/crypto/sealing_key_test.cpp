#include "crypto/sealing_key.hpp"

#include <gtest/gtest.h>

namespace rampart::crypto {
namespace {

constexpr char hex_key[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1efb";

TEST(SealingKey, ReadsHexAndBase64InItsSpellings) {
  auto key = SealingKey::parse(hex_key);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->to_hex(), hex_key);
  for (auto text : {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHvs=",
                    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHvs"}) {
    auto same = SealingKey::parse(text);
    ASSERT_TRUE(same) << text;
    EXPECT_EQ(same->bytes(), key->bytes());
    EXPECT_EQ(same->id(), key->id());
  }
  auto standard = SealingKey::parse("//79AwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHvs=");
  auto url_safe = SealingKey::parse("__79AwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHvs");
  ASSERT_TRUE(standard && url_safe);
  EXPECT_EQ(standard->bytes(), url_safe->bytes());
}

TEST(SealingKey, RefusesOtherLengthsAndNamesTheRuleButNotTheText) {
  for (std::string text : {"", "secret", "0001", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==",
                           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHvv7",
                           "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1ef",
                           "g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1efb"}) {
    auto key = SealingKey::parse(text);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().code, Errc::invalid_params);
    EXPECT_NE(key.error().message.find("64 hexadecimal digits"), std::string::npos);
    bool repeated = !text.empty() && key.error().message.find(text) != std::string::npos;
    EXPECT_FALSE(repeated) << text;
  }
}

TEST(SealingKey, RefusesAPlaceholder) {
  auto key = SealingKey::parse(std::string(64, '0'));
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().message.find("must be random"), std::string::npos);
}

TEST(SealingKey, RandomOnesDifferAndReadBack) {
  SealingKey key = SealingKey::random();
  EXPECT_NE(key.bytes(), SealingKey::random().bytes());
  EXPECT_EQ(SealingKey::parse(key.to_hex())->bytes(), key.bytes());
}

}  // namespace
}  // namespace rampart::crypto
