#include "protocol/translate_content.hpp"

#include <gtest/gtest.h>

namespace rampart::protocol {
namespace {

std::string block(std::string_view text, Version client) {
  std::string out;
  append_translated_block(out, text, client);
  return out;
}

constexpr std::string_view audio =
    R"({"type":"audio","data":"AAAAAA==","mimeType":"audio/wav","annotations":)"
    R"({"priority":1,"lastModified":"2025-01-01T00:00:00Z"}})";
constexpr std::string_view link =
    R"({"type":"resource_link","uri":"a://b","name":"n","title":"t","icons":[{"src":"x"}],)"
    R"("_meta":{"k":1}})";
constexpr std::string_view embedded =
    R"({"type":"resource","resource":{"uri":"a://b","text":"x","_meta":{"k":1}}})";

TEST(TranslateContent, NewClientsGetTheBytesAsTheyAre) {
  for (auto const text : {audio, link, embedded, std::string_view(R"({ "type" : "new" })")}) {
    EXPECT_EQ(block(text, Version::v2025_11_25), text);
    EXPECT_EQ(block(text, Version::v2026_07_28), text);
  }
}

TEST(TranslateContent, AudioBecomesTextForTheFirstRevision) {
  EXPECT_EQ(block(audio, Version::v2024_11_05),
            R"({"type":"text","text":"[audio, audio/wav, 4 bytes: this client's protocol version )"
            R"(has no audio]","annotations":{"priority":1}})");
  EXPECT_EQ(block(audio, Version::v2025_06_18), audio);
}

TEST(TranslateContent, LinksBecomeTextBefore20250618) {
  for (auto const client : {Version::v2024_11_05, Version::v2025_03_26})
    EXPECT_EQ(block(link, client), R"({"type":"text","text":"n: a://b"})");
  EXPECT_EQ(block(R"({"type":"resource_link","uri":"a://b"})", Version::v2024_11_05),
            R"({"type":"text","text":"a://b"})");
}

TEST(TranslateContent, LinksLoseTheirIconsIn20250618) {
  EXPECT_EQ(block(link, Version::v2025_06_18),
            R"({"type":"resource_link","uri":"a://b","name":"n","title":"t","_meta":{"k":1}})");
}

TEST(TranslateContent, MetaAndLastModifiedCameWith20250618) {
  EXPECT_EQ(block(embedded, Version::v2025_06_18), embedded);
  EXPECT_EQ(block(embedded, Version::v2025_03_26),
            R"({"type":"resource","resource":{"uri":"a://b","text":"x"}})");
  EXPECT_EQ(block(R"({"type":"text","text":"a\u0000b","_meta":{}})", Version::v2025_03_26),
            R"({"type":"text","text":"a\u0000b"})");
}

TEST(TranslateContent, ListsAreWalked) {
  std::string out;
  append_translated_blocks(out, R"([ {"type":"text","text":"],["} , {"type":"audio"} ])",
                           Version::v2024_11_05);
  EXPECT_EQ(out, R"([{"type":"text","text":"],["},{"type":"text","text":"[audio, , 0 bytes: this )"
                 R"(client's protocol version has no audio]"}])");
  out.clear();
  append_translated_messages(out,
                             R"([{"role":"user","content":{"type":"resource_link","uri":"u"}}])",
                             Version::v2025_03_26);
  EXPECT_EQ(out, R"([{"role":"user","content":{"type":"text","text":"u"}}])");
  out.clear();
  append_translated_contents(out, R"([{"uri":"u","text":"t","_meta":{"a":1}},{"uri":"v"}])",
                             Version::v2025_03_26);
  EXPECT_EQ(out, R"([{"uri":"u","text":"t"},{"uri":"v"}])");
}

TEST(TranslateContent, WhatIsNotOfItsShapePasses) {
  EXPECT_EQ(block("17", Version::v2024_11_05), "17");
  std::string out;
  append_translated_blocks(out, R"({"no":"array"})", Version::v2024_11_05);
  append_translated_blocks(out, "[1,null]", Version::v2024_11_05);
  EXPECT_EQ(out, R"({"no":"array"}[1,null])");
}

}  // namespace
}  // namespace rampart::protocol
