#include "crypto/sealer.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace rampart::crypto {
namespace {

std::vector<SealingKey> one_key() { return {SealingKey::random()}; }

void expect_rejected(Result<std::string> const& opened, std::string const& what = {}) {
  ASSERT_FALSE(opened) << what;
  EXPECT_EQ(opened.error().code, Errc::state_rejected) << what;
  EXPECT_EQ(opened.error().message, "the state of this request was not accepted") << what;
}

TEST(Sealer, OpensWhatItSealed) {
  Sealer sealer(one_key());
  for (std::string content : {std::string(), std::string("x"), base::random_bytes(500)}) {
    for (std::string associated : {"", "alice tools/call"}) {
      auto sealed = sealer.seal(content, associated);
      ASSERT_TRUE(sealed);
      EXPECT_EQ(sealer.open(*sealed, associated), content);
    }
  }
}

TEST(Sealer, HidesTheContentAndNeverSealsAlikeTwice) {
  Sealer sealer(one_key());
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    auto sealed = sealer.seal("the answer is 42", "");
    EXPECT_EQ(base::base64url_decode(*sealed)->find("answer"), std::string::npos);
    seen.insert(*sealed);
  }
  EXPECT_EQ(seen.size(), 100u);
}

TEST(Sealer, RejectsATextWithAnyBitFlipped) {
  Sealer sealer(one_key());
  auto sealed = sealer.seal("content", "for alice");
  std::string bytes = *base::base64url_decode(*sealed);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string forged = bytes;
    forged[bit / 8] = static_cast<char>(forged[bit / 8] ^ (1 << (bit % 8)));
    expect_rejected(sealer.open(base::base64url_encode(forged), "for alice"), std::to_string(bit));
  }
}

TEST(Sealer, RejectsEveryOtherSpellingOfASealedText) {
  Sealer sealer(one_key());
  std::string sealed = *sealer.seal("content", "");
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string forged = sealed;
    forged[at] = forged[at] == 'A' ? 'B' : 'A';
    expect_rejected(sealer.open(forged, ""), std::to_string(at));
  }
  expect_rejected(sealer.open(sealed + "=", ""));
  expect_rejected(sealer.open(sealed + "\n", ""));
}

TEST(Sealer, RejectsOtherAssociatedData) {
  Sealer sealer(one_key());
  auto sealed = sealer.seal("content", "for alice");
  for (auto other : {"", "for bob", "for alice ", "for alic"}) {
    expect_rejected(sealer.open(*sealed, other), other);
  }
}

TEST(Sealer, RejectsATruncatedText) {
  Sealer sealer(one_key());
  std::string sealed = *sealer.seal("content", "");
  for (std::size_t length = 0; length < sealed.size(); ++length) {
    expect_rejected(sealer.open(std::string_view(sealed).substr(0, length), ""));
  }
}

TEST(Sealer, RejectsGarbage) {
  Sealer sealer(one_key());
  for (std::size_t length = 0; length < 100; ++length) {
    expect_rejected(sealer.open(base::random_bytes(length), ""));
    expect_rejected(sealer.open(base::base64url_encode(base::random_bytes(length)), ""));
  }
}

TEST(Sealer, OpensWithOldKeysAndSealsWithTheFirst) {
  SealingKey old_key = SealingKey::random();
  SealingKey new_key = SealingKey::random();
  Sealer before({old_key});
  Sealer rotating({new_key, old_key});
  Sealer after({new_key});
  auto old_text = before.seal("old", "");
  auto new_text = rotating.seal("new", "");
  EXPECT_EQ(rotating.open(*old_text, ""), "old");
  EXPECT_EQ(rotating.open(*new_text, ""), "new");
  EXPECT_EQ(after.open(*new_text, ""), "new");
  expect_rejected(after.open(*old_text, ""));
  expect_rejected(before.open(*new_text, ""));
  EXPECT_EQ(after.open(*old_text, "").error().detail, "sealed with an unknown key");
}

TEST(Sealer, BoundsTheContentInBothDirections) {
  SealingKey key = SealingKey::random();
  Sealer sealer({key}, 100);
  auto longest = sealer.seal(std::string(100, 'x'), "");
  ASSERT_TRUE(longest);
  EXPECT_EQ(sealer.open(*longest, "")->size(), 100u);
  EXPECT_EQ(sealer.seal(std::string(101, 'x'), "").error().code, Errc::overloaded);
  auto longer = Sealer({key}, 200).seal(std::string(101, 'x'), "");
  expect_rejected(sealer.open(*longer, ""));
  EXPECT_TRUE(Sealer({key}).seal(std::string(default_max_content, 'x'), ""));
  EXPECT_FALSE(Sealer({key}).seal(std::string(default_max_content + 1, 'x'), ""));
}

TEST(Sealer, NeedsAKey) { EXPECT_THROW(Sealer({}), std::invalid_argument); }

TEST(Sealer, ServesSeveralThreads) {
  Sealer sealer(one_key());
  auto work = [&] {
    for (int i = 0; i < 200; ++i) {
      std::string content = std::to_string(i);
      EXPECT_EQ(sealer.open(*sealer.seal(content, "a"), "a"), content);
    }
  };
  std::thread other(work);
  work();
  other.join();
}

}  // namespace
}  // namespace rampart::crypto
