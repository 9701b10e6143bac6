#include "protocol/translate_result.hpp"

#include <gmock/gmock.h>

namespace rampart::protocol {
namespace {
using ::testing::HasSubstr;

TranslatedResult good(std::string_view result, ResultTranslation how) {
  auto out = translate_result(result, how);
  EXPECT_TRUE(out) << out.error().message;
  return out ? *out : TranslatedResult();
}
std::string members(std::string_view result, Version client, Method method = Method::tools_call) {
  return good(result, {method, Version::v2026_07_28, client, false}).members;
}
std::string refused(std::string_view result) {
  auto const out = translate_result(result, {});
  EXPECT_FALSE(out);
  return out ? "" : out.error().message;
}

TEST(TranslateResult, TakesOutWhatIsBetweenTwoPeers) {
  auto const out = good(
      R"({"resultType":"complete","content":[],"ttlMs":5000,"cacheScope":"public","other":[1, 2],)"
      R"("_meta":{"io.modelcontextprotocol/serverInfo":{"name":"x"},"a.b/c":{"d":1}}})",
      {});
  EXPECT_EQ(out.members, R"("content":[],"other":[1, 2])");
  EXPECT_EQ(out.meta, R"("a.b/c":{"d":1})");
  EXPECT_EQ(out.hints.ttl_ms, 5000u);
  EXPECT_TRUE(out.hints.is_public);
  EXPECT_FALSE(out.is_error);
}

TEST(TranslateResult, HintsThatMakeNoSenseAreNone) {
  for (auto const ttl : {"-1", "1.5", "null", "\"5\"", "99999999999999999999"}) {
    auto const out = good(R"({"contents":[],"ttlMs":)" + std::string(ttl) + "}",
                          {Method::resources_read, Version::v2026_07_28, Version::v2026_07_28, {}});
    EXPECT_FALSE(out.hints.ttl_ms) << ttl;
    EXPECT_FALSE(out.hints.is_public);
  }
}

TEST(TranslateResult, ALargeTextKeepsItsBytes) {
  std::string const text(1 << 20, 'x');
  auto const block = R"({"type":"text","text":"\u00e9\/)" + text + R"("})";
  EXPECT_EQ(members(R"({ "content" : [ )" + block + " ] }", Version::v2025_11_25),
            R"("content":[ )" + block + " ]");
}

TEST(TranslateResult, ErrorsOfToolsAreSeen) {
  EXPECT_TRUE(good(R"({"content":[],"isError":true})", {}).is_error);
  EXPECT_FALSE(good(R"({"content":[],"isError":false})", {}).is_error);
}

TEST(TranslateResult, StructuredContentIsForThoseWhoKnowIt) {
  constexpr std::string_view result = R"({"content":[{"type":"text","text":"1"}],)"
                                      R"("structuredContent":{"a":1}})";
  EXPECT_EQ(members(result, Version::v2025_03_26), R"("content":[{"type":"text","text":"1"}])");
  EXPECT_EQ(members(result, Version::v2025_06_18),
            R"("content":[{"type":"text","text":"1"}],"structuredContent":{"a":1})");
}

TEST(TranslateResult, StructuredContentThatIsNoObjectIsWrappedForLegacyClients) {
  constexpr std::string_view result = R"({"content":[1],"structuredContent":[1,2]})";
  EXPECT_EQ(members(result, Version::v2025_11_25),
            R"("content":[1],"structuredContent":{"result":[1,2]})");
  EXPECT_EQ(members(result, Version::v2026_07_28), R"("content":[1],"structuredContent":[1,2])");
}

TEST(TranslateResult, AnObjectIsWrappedWhereTheSchemaWas) {
  auto const out = good(R"({"content":[1],"structuredContent":{"a":1}})",
                        {Method::tools_call, Version::v2026_07_28, Version::v2025_11_25, true});
  EXPECT_EQ(out.members, R"("content":[1],"structuredContent":{"result":{"a":1}})");
  auto const modern = good(R"({"content":[1],"structuredContent":{"a":1}})",
                           {Method::tools_call, Version::v2026_07_28, Version::v2026_07_28, true});
  EXPECT_EQ(modern.members, R"("content":[1],"structuredContent":{"a":1})");
}

TEST(TranslateResult, StructuredContentAloneIsSaidInTextToo) {
  EXPECT_EQ(members(R"({"content":[ ],"structuredContent":{"a":"b"}})", Version::v2024_11_05),
            R"("content":[{"type":"text","text":"{\"a\":\"b\"}"}])");
  EXPECT_EQ(members(R"({"structuredContent":7})", Version::v2026_07_28),
            R"("content":[{"type":"text","text":"7"}],"structuredContent":7)");
  EXPECT_EQ(members("{}", Version::v2026_07_28), R"("content":[])");
}

TEST(TranslateResult, NullIsAValueOnlyInTheModernEra) {
  constexpr std::string_view result = R"({"content":[],"structuredContent":null,"_meta":null})";
  EXPECT_EQ(
      good(result, {Method::tools_call, Version::v2025_11_25, Version::v2026_07_28, false}).members,
      R"("content":[])");
  EXPECT_EQ(
      good(result, {Method::tools_call, Version::v2026_07_28, Version::v2026_07_28, false}).members,
      R"("content":[{"type":"text","text":"null"}],"structuredContent":null)");
}

TEST(TranslateResult, BlocksOfToolsPromptsAndResourcesAreForTheClientsRevision) {
  constexpr std::string_view block = R"({"type":"resource_link","uri":"u"})";
  EXPECT_EQ(members(R"({"content":[)" + std::string(block) + "]}", Version::v2025_03_26),
            R"("content":[{"type":"text","text":"u"}])");
  EXPECT_EQ(
      members(R"({"description":"d","messages":[{"role":"user","content":)" + std::string(block) +
                  "}]}",
              Version::v2025_03_26, Method::prompts_get),
      R"("description":"d","messages":[{"role":"user","content":{"type":"text","text":"u"}}])");
  EXPECT_EQ(members(R"({"contents":[{"uri":"u","text":"","_meta":{}}]})", Version::v2025_03_26,
                    Method::resources_read),
            R"("contents":[{"uri":"u","text":""}])");
}

TEST(TranslateResult, AMemberThatComesTwiceIsRefused) {
  EXPECT_THAT(refused(R"({"content":[],"content":[]})"),
              HasSubstr("the result has the member \"content\" twice"));
  EXPECT_THAT(refused(R"({"content":[],"\u0063ontent":[]})"), HasSubstr("twice"));
  EXPECT_THAT(refused(R"({"content":[],"_meta":{"a":1,"a":2}})"),
              HasSubstr("_meta has the member \"a\" twice"));
}

TEST(TranslateResult, WhatIsNotAResultIsRefused) {
  EXPECT_THAT(refused("[]"), HasSubstr("the result is not an object"));
  EXPECT_THAT(refused(R"({"resultType":"input_required"})"), HasSubstr("resultType"));
  EXPECT_THAT(refused(R"({"resultType":null})"), HasSubstr("resultType"));
}

}  // namespace
}  // namespace rampart::protocol
