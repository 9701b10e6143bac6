#include "protocol/translate_descriptor.hpp"

#include <gmock/gmock.h>

namespace rampart::protocol {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Descriptor good(std::string_view raw, DescriptorTranslation how = {}) {
  auto out = translate_descriptor(raw, how);
  EXPECT_TRUE(out) << out.error().message;
  return out ? *out : Descriptor();
}
std::string refused(std::string_view raw, DescriptorKind kind = DescriptorKind::tool) {
  auto const out = translate_descriptor(raw, {kind, "", false});
  EXPECT_FALSE(out) << raw;
  return out ? "" : out.error().message;
}
std::string const& in(Descriptor const& d, Version client) {
  return d.described[static_cast<std::size_t>(client)];
}

constexpr std::string_view tool =
    R"({"name":"add","title":"Add","description":"adds","inputSchema":{"type":"object"},)"
    R"("outputSchema":{"type":"object"},"annotations":{"readOnlyHint":true,"idempotentHint":true},)"
    R"("icons":[{"src":"i"}],"execution":{"taskSupport":"optional"},"_meta":{"k":1},"new":[1, 2]})";

TEST(TranslateDescriptor, AToolIsDescribedToEachRevisionAsFarAsItKnows) {
  auto const d = good(tool, {DescriptorKind::tool, "calc_add", false});
  EXPECT_EQ(in(d, Version::v2024_11_05),
            R"({"name":"calc_add","description":"adds","inputSchema":{"type":"object"}})");
  EXPECT_EQ(in(d, Version::v2025_03_26),
            R"({"name":"calc_add","description":"adds","inputSchema":{"type":"object"},)"
            R"("annotations":{"readOnlyHint":true,"idempotentHint":true}})");
  EXPECT_EQ(in(d, Version::v2025_06_18),
            R"({"name":"calc_add","title":"Add","description":"adds",)"
            R"("inputSchema":{"type":"object"},"outputSchema":{"type":"object"},)"
            R"("annotations":{"readOnlyHint":true,"idempotentHint":true},"_meta":{"k":1}})");
  EXPECT_EQ(in(d, Version::v2025_11_25),
            R"({"name":"calc_add","title":"Add","description":"adds",)"
            R"("inputSchema":{"type":"object"},"outputSchema":{"type":"object"},)"
            R"("annotations":{"readOnlyHint":true,"idempotentHint":true},"icons":[{"src":"i"}],)"
            R"("_meta":{"k":1},"new":[1, 2]})");
  EXPECT_EQ(in(d, Version::v2026_07_28), in(d, Version::v2025_11_25));
}

TEST(TranslateDescriptor, SaysWhatAGatewayHasToKnow) {
  auto const d = good(tool);
  EXPECT_EQ(d.name, "add");
  EXPECT_EQ(d.title, "Add");
  EXPECT_EQ(d.description, "adds");
  EXPECT_EQ(d.input_schema, R"({"type":"object"})");
  EXPECT_EQ(d.output_schema, R"({"type":"object"})");
  EXPECT_FALSE(d.output_wrapped);
  EXPECT_TRUE(d.read_only);
  EXPECT_TRUE(d.idempotent);
  EXPECT_THAT(in(d, Version::v2024_11_05), HasSubstr(R"("name":"add")"));
  auto const silent = good(R"({"name":"a","inputSchema":{"type":"object"},"annotations":{}})");
  EXPECT_FALSE(silent.read_only || silent.idempotent);
}

TEST(TranslateDescriptor, SchemasKeepTheirBytes) {
  std::string const schema =
      R"({ "$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","$defs":{},)"
      R"("x-unknown":1e2,"properties":{"a":{"x-mcp-header":"A","type":"string"}} })";
  auto const d = good(R"({"name":"a","inputSchema":)" + schema + "}");
  for (auto const version : all_versions)
    EXPECT_EQ(in(d, version), R"({"name":"a","inputSchema":)" + schema + "}");
}

TEST(TranslateDescriptor, MirroredParametersAreDroppedOnDemand) {
  auto const d =
      good(R"({"name":"a","inputSchema":{"type":"object","properties":{"a":{"x-mcp-header":""}}}})",
           {DescriptorKind::tool, "", true});
  EXPECT_EQ(d.input_schema, R"({"type":"object","properties":{"a":{}}})");
  EXPECT_EQ(in(d, Version::v2026_07_28), R"({"name":"a","inputSchema":)" + d.input_schema + "}");
}

TEST(TranslateDescriptor, OutputThatIsNoObjectIsDescribedWrappedToLegacyClients) {
  auto const d =
      good(R"({"name":"a","inputSchema":{"type":"object"},"outputSchema":{"type":"array"}})");
  EXPECT_TRUE(d.output_wrapped);
  EXPECT_THAT(in(d, Version::v2026_07_28), HasSubstr(R"("outputSchema":{"type":"array"})"));
  EXPECT_THAT(in(d, Version::v2025_11_25),
              HasSubstr(R"("outputSchema":{"type":"object","properties":{"result":)"
                        R"({"type":"array"}},"required":["result"]})"));
  EXPECT_THAT(in(d, Version::v2025_03_26), Not(HasSubstr("outputSchema")));
}

TEST(TranslateDescriptor, ASchemaWithoutATypeGetsTheOneItMustHave) {
  EXPECT_EQ(good(R"({"name":"a","inputSchema":{}})").input_schema, R"({"type":"object"})");
  EXPECT_EQ(good(R"({"name":"a","inputSchema":{"properties":{}}})").input_schema,
            R"({"type":"object","properties":{}})");
}

TEST(TranslateDescriptor, ResourcesAndTemplates) {
  constexpr std::string_view resource =
      R"({"uri":"a://b","name":"n","title":"t","mimeType":"text/plain","size":3,)"
      R"("annotations":{"priority":1,"lastModified":"x"},"icons":[],"_meta":{}})";
  auto const d = good(resource, {DescriptorKind::resource, "", false});
  EXPECT_EQ(d.uri, "a://b");
  EXPECT_EQ(d.mime_type, "text/plain");
  EXPECT_EQ(in(d, Version::v2024_11_05),
            R"({"name":"n","uri":"a://b","mimeType":"text/plain","size":3,)"
            R"("annotations":{"priority":1}})");
  EXPECT_EQ(in(d, Version::v2025_06_18),
            R"({"name":"n","uri":"a://b","title":"t","mimeType":"text/plain","size":3,)"
            R"("annotations":{"priority":1,"lastModified":"x"},"_meta":{}})");
  auto const t = good(R"({"uriTemplate":"a://{b}","name":"n"})",
                      {DescriptorKind::resource_template, "", false});
  EXPECT_EQ(t.uri, "a://{b}");
  EXPECT_EQ(in(t, Version::v2024_11_05), R"({"name":"n","uriTemplate":"a://{b}"})");
}

TEST(TranslateDescriptor, Prompts) {
  auto const d =
      good(R"({"name":"p","arguments":[{"name":"x","title":"X","required":true},{"name":"y"}]})",
           {DescriptorKind::prompt, "up_p", false});
  EXPECT_THAT(d.arguments, ElementsAre("x", "y"));
  EXPECT_EQ(in(d, Version::v2025_03_26),
            R"({"name":"up_p","arguments":[{"name":"x","required":true},{"name":"y"}]})");
  EXPECT_EQ(
      in(d, Version::v2025_06_18),
      R"({"name":"up_p","arguments":[{"name":"x","title":"X","required":true},{"name":"y"}]})");
}

TEST(TranslateDescriptor, NullMeansThatThereIsNone) {
  auto const d = good(
      R"({"name":"a","title":null,"inputSchema":{"type":"object"},"outputSchema":null,"_meta":null})");
  EXPECT_EQ(in(d, Version::v2026_07_28), R"({"name":"a","inputSchema":{"type":"object"}})");
}

TEST(TranslateDescriptor, WhatBreaksARuleIsRefusedByName) {
  EXPECT_THAT(refused("[]"), HasSubstr("not an object"));
  EXPECT_THAT(refused(R"({"inputSchema":{}})"), HasSubstr("has no name"));
  EXPECT_THAT(refused(R"({"name":7,"inputSchema":{}})"), HasSubstr("has no name"));
  EXPECT_THAT(refused(R"({"name":"a"})"), HasSubstr("tool \"a\" has no input schema"));
  EXPECT_THAT(refused(R"({"name":"a","inputSchema":true})"), HasSubstr("has no input schema"));
  EXPECT_THAT(refused(R"({"name":"a","inputSchema":{"type":"array"}})"),
              HasSubstr("describes no object"));
  EXPECT_THAT(refused(R"({"name":"a","name":"b","inputSchema":{}})"), HasSubstr("twice"));
  EXPECT_THAT(refused(R"({"name":"a","inputSchema":{"type":"object","type":"object"}})"),
              HasSubstr("twice"));
  EXPECT_THAT(refused(R"({"name":"a"})", DescriptorKind::resource), HasSubstr("no URI"));
  EXPECT_THAT(refused(R"({"name":")" + std::string(max_descriptor_name + 1, 'a') + R"("})"),
              HasSubstr("longer than 2048 bytes"));
}

}  // namespace
}  // namespace rampart::protocol
