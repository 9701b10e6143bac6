// Content blocks and results as each protocol version gets them, to the byte.
#include "protocol/content_render.hpp"

#include <gtest/gtest.h>

namespace rampart::protocol {
namespace {

constexpr Features now = features_of(Version::v2026_07_28);
constexpr Features v2025_11 = features_of(Version::v2025_11_25);
constexpr Features v2025_06 = features_of(Version::v2025_06_18);
constexpr Features v2025_03 = features_of(Version::v2025_03_26);
constexpr Features v2024 = features_of(Version::v2024_11_05);

std::string block(Content const& content, Features const& features) {
  std::string out;
  append_content(out, content, features);
  return out;
}
std::string result(ToolResult const& value, Features const& features, bool wrap = false) {
  std::string out;
  append_tool_result(out, value, features, wrap);
  return out;
}
std::string contents(ResourceContents const& value, Features const& features) {
  std::string out;
  append_resource_contents(out, value, features);
  return out;
}

TEST(ContentRender, WritesTextAndEscapesIt) {
  EXPECT_EQ(block(Content::text("a \"b\"\n"), now), R"({"type":"text","text":"a \"b\"\n"})");
}

TEST(ContentRender, EncodesRawBytes) {
  EXPECT_EQ(block(Content::image(std::string("\x00\xFF\x01", 3), "image/png"), v2024),
            R"({"type":"image","data":"AP8B","mimeType":"image/png"})");
  EXPECT_EQ(block(Content::audio(std::string("ab"), "audio/wav"), v2025_03),
            R"({"type":"audio","data":"YWI=","mimeType":"audio/wav"})");
}

TEST(ContentRender, SendsGivenBase64AsItIs) {
  auto bytes = Bytes::from_base64("YWI=");
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->size(), 2U);
  EXPECT_EQ(Bytes::from_base64("YQ==")->size(), 1U);
  EXPECT_EQ(Bytes::from_base64("YWJj")->size(), 3U);
  EXPECT_EQ(block(Content::image(*bytes, "image/png"), now),
            R"({"type":"image","data":"YWI=","mimeType":"image/png"})");
}

TEST(ContentRender, RefusesWhatIsNotBase64) {
  for (char const* text : {"YWI", "YW I=", "YWI_", "YWJ=", "=", "YWI=\n"}) {
    auto bytes = Bytes::from_base64(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().code, Errc::invalid_params);
    EXPECT_EQ(bytes.error().message, "not valid base64");
  }
}

TEST(ContentRender, SaysInTextWhatAnOlderVersionCannotPlay) {
  EXPECT_EQ(
      block(Content::audio(std::string("abc"), "audio/wav"), v2024),
      R"({"type":"text","text":"[audio, audio/wav, 3 bytes: this client's protocol version has no audio]"})");
}

TEST(ContentRender, WritesLinksWithAllTheirMembers) {
  ResourceLink const link{
      "file:///a", "a", "A", "The a", "text/plain", 7, {Icon{"https://x/a.png"}}};
  std::string const begin =
      R"({"type":"resource_link","uri":"file:///a","name":"a","title":"A","description":"The a","mimeType":"text/plain","size":7)";
  EXPECT_EQ(block(Content::link(link), now), begin + R"(,"icons":[{"src":"https://x/a.png"}]})");
  EXPECT_EQ(block(Content::link(link), v2025_06), begin + "}");
  EXPECT_EQ(block(Content::link({"file:///a", "a"}), v2025_11),
            R"({"type":"resource_link","uri":"file:///a","name":"a"})");
}

TEST(ContentRender, GivesAnOlderVersionTheLinksUriAsText) {
  EXPECT_EQ(block(Content::link({"file:///a", "notes"}), v2025_03),
            R"({"type":"text","text":"notes: file:///a"})");
  EXPECT_EQ(block(Content::link({"file:///a", ""}), v2024),
            R"({"type":"text","text":"file:///a"})");
}

TEST(ContentRender, EmbedsResourcesOfTextAndBytes) {
  EXPECT_EQ(
      block(Content::resource(ResourceContents::text("test://a", "x")), v2024),
      R"({"type":"resource","resource":{"uri":"test://a","mimeType":"text/plain","text":"x"}})");
  EXPECT_EQ(contents(ResourceContents::blob("test://b", std::string("ab"), "image/png"), v2024),
            R"({"uri":"test://b","mimeType":"image/png","blob":"YWI="})");
  EXPECT_EQ(contents(ResourceContents::text("test://c", "", ""), now),
            R"({"uri":"test://c","text":""})");
}

TEST(ContentRender, SendsMetaFromTheRevisionThatKnowsIt) {
  auto resource = ResourceContents::text("ui://a", "x", "");
  resource.meta = Json::trusted(R"({"ui":{"prefersBorder":true}})");
  EXPECT_EQ(contents(resource, v2025_06),
            R"({"uri":"ui://a","text":"x","_meta":{"ui":{"prefersBorder":true}}})");
  EXPECT_EQ(contents(resource, v2025_03), R"({"uri":"ui://a","text":"x"})");
  auto const text = Content::text("x").with_meta(Json::trusted(R"({"a":1})"));
  EXPECT_EQ(block(text, now), R"({"type":"text","text":"x","_meta":{"a":1}})");
  EXPECT_EQ(block(text, v2024), R"({"type":"text","text":"x"})");
}

TEST(ContentRender, AnnotatesBlocksOfEveryKind) {
  Annotations const note{{"user", "assistant"}, 0.5, "2025-01-12T15:00:58Z"};
  EXPECT_EQ(
      block(Content::text("x").annotate(note), now),
      R"({"type":"text","text":"x","annotations":{"audience":["user","assistant"],"priority":0.5,"lastModified":"2025-01-12T15:00:58Z"}})");
  EXPECT_EQ(
      block(Content::audio(std::string(), "a/b").annotate(note), v2025_03),
      R"({"type":"audio","data":"","mimeType":"a/b","annotations":{"audience":["user","assistant"],"priority":0.5}})");
  EXPECT_EQ(block(Content::link({"u", ""}).annotate({.priority = 1.0}), v2024),
            R"({"type":"text","text":"u","annotations":{"priority":1}})");
}

TEST(ContentRender, WritesIconsWithWhatIsKnownOfThem) {
  std::string out;
  append_icons(out, {{"https://x/1", "image/png", {"48x48", "any"}, "dark"}, {"data:,"}});
  EXPECT_EQ(
      out,
      R"([{"src":"https://x/1","mimeType":"image/png","sizes":["48x48","any"],"theme":"dark"},{"src":"data:,"}])");
}

TEST(ContentRender, WritesPromptMessages) {
  std::string out;
  append_prompt_message(out, PromptMessage::user("hi"), now);
  append_prompt_message(out, PromptMessage::assistant(Content::text("ho")), v2024);
  EXPECT_EQ(out, R"({"role":"user","content":{"type":"text","text":"hi"}})"
                 R"({"role":"assistant","content":{"type":"text","text":"ho"}})");
}

TEST(ToolResultRender, HasBlocksEvenWithoutContent) {
  EXPECT_EQ(result(ToolResult{}, now), R"("content":[])");
  EXPECT_EQ(result(ToolResult::error("no"), v2024),
            R"("content":[{"type":"text","text":"no"}],"isError":true)");
}

TEST(ToolResultRender, AddsTheTextOfStructuredContentThatStandsAlone) {
  ToolResult value;
  value.structured = Json::trusted(R"({"a":1})");
  std::string const text = R"("content":[{"type":"text","text":"{\"a\":1}"}])";
  EXPECT_EQ(result(value, now), text + R"(,"structuredContent":{"a":1})");
  EXPECT_EQ(result(value, v2025_06), text + R"(,"structuredContent":{"a":1})");
  EXPECT_EQ(result(value, v2025_03), text);
  value.content = {Content::text("one"), Content::text("two")};
  EXPECT_EQ(
      result(value, now),
      R"("content":[{"type":"text","text":"one"},{"type":"text","text":"two"}],"structuredContent":{"a":1})");
}

TEST(ToolResultRender, WrapsStructuredContentWhereOnlyObjectsAreKnown) {
  auto value = ToolResult::text("x");
  std::string const text = R"("content":[{"type":"text","text":"x"}],"structuredContent":)";
  value.structured = Json::trusted(" [1]");
  EXPECT_EQ(result(value, now, true), text + " [1]");
  EXPECT_EQ(result(value, v2025_11, true), text + R"({"result": [1]})");
  EXPECT_EQ(result(value, v2025_11, false), text + R"({"result": [1]})");
  value.structured = Json::trusted(" {}");
  EXPECT_EQ(result(value, v2025_11, true), text + R"({"result": {}})");
  EXPECT_EQ(result(value, v2025_11, false), text + " {}");
}

TEST(MembersOf, GivesWhatStandsBetweenTheBraces) {
  EXPECT_EQ(members_of(Json::trusted(R"( { "a":1 } )")), R"("a":1)");
  EXPECT_EQ(members_of(Json::trusted("{ }")), "");
  EXPECT_EQ(members_of(Json::trusted("{}")), "");
  EXPECT_EQ(members_of(Json::trusted("[1]")), "");
  EXPECT_EQ(members_of(Json()), "");
}

}  // namespace
}  // namespace rampart::protocol
