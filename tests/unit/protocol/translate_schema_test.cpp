#include "protocol/translate_schema.hpp"

#include <gtest/gtest.h>

#include "json/schema/schema.hpp"

namespace rampart::protocol {
namespace {

TEST(DescribesObject, OnlyWhereTheRootSaysSo) {
  EXPECT_TRUE(describes_object(R"({"properties":{}, "type" : "object"})"));
  EXPECT_FALSE(describes_object(R"({"type":"array"})"));
  EXPECT_FALSE(describes_object(R"({"type":["object","null"]})"));
  EXPECT_FALSE(describes_object(R"({"properties":{}})"));
  EXPECT_FALSE(describes_object("true"));
  EXPECT_FALSE(describes_object("null"));
}

TEST(WrappedOutputSchema, StandsBelowResult) {
  EXPECT_EQ(wrapped_output_schema(R"({"type":"array","items":{"type":"string"}})"),
            R"({"type":"object","properties":{"result":)"
            R"({"type":"array","items":{"type":"string"}}},"required":["result"]})");
  EXPECT_EQ(wrapped_output_schema("true"),
            R"({"type":"object","properties":{"result":true},"required":["result"]})");
}

TEST(WrappedOutputSchema, ReferencesFollowTheirTargets) {
  EXPECT_EQ(
      wrapped_output_schema(
          R"({"$defs":{"a":{"type":"string"}},"anyOf":[{"$ref":"#/$defs/a"},{"$ref":"#"},)"
          R"({"$ref":"#anchor"},{"$ref":"https://example.com/s#/$defs/a"}]})"),
      R"({"type":"object","properties":{"result":{"$defs":{"a":{"type":"string"}},"anyOf":[)"
      R"({"$ref":"#/properties/result/$defs/a"},{"$ref":"#/properties/result"},)"
      R"({"$ref":"#anchor"},{"$ref":"https://example.com/s#/$defs/a"}]}},"required":["result"]})");
}

TEST(WrappedOutputSchema, WhatOnlyLooksLikeAReferenceStays) {
  std::string const schema =
      R"({"properties":{"$ref":{"type":"string"}},"default":{"$ref":"#/a"},"const":{"$ref":"#"},)"
      R"("enum":[{"$ref":"#"}],"examples":[{"$ref":"#"}]})";
  EXPECT_EQ(wrapped_output_schema(schema),
            R"({"type":"object","properties":{"result":)" + schema + R"(},"required":["result"]})");
}

TEST(WrappedOutputSchema, ASchemaWithAnIdKeepsItsReferences) {
  std::string const schema = R"({"$id":"https://example.com/s","items":{"$ref":"#/$defs/a"}})";
  EXPECT_EQ(wrapped_output_schema(schema),
            R"({"type":"object","properties":{"result":)" + schema + R"(},"required":["result"]})");
  EXPECT_EQ(wrapped_output_schema(R"({"items":{"$id":"x","$ref":"#/b"},"not":{"$ref":"#/c"}})"),
            R"({"type":"object","properties":{"result":{"items":{"$id":"x","$ref":"#/b"},)"
            R"("not":{"$ref":"#/properties/result/c"}}},"required":["result"]})");
}

TEST(WrappedOutputSchema, TheDialectIsThatOfTheWhole) {
  EXPECT_EQ(wrapped_output_schema(
                R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"integer"})"),
            R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",)"
            R"("properties":{"result":{"type":"integer"}},"required":["result"]})");
}

TEST(WrappedOutputSchema, JudgesWrappedValuesAsTheOriginalJudgesThem) {
  std::string const tree =
      R"({"$defs":{"leaf":{"type":"integer"}},"oneOf":[{"$ref":"#/$defs/leaf"},)"
      R"({"type":"array","items":{"$ref":"#"}}]})";
  auto const schema = json::Schema::compile(wrapped_output_schema(tree));
  ASSERT_TRUE(schema) << schema.error().message;
  auto const judge = [&](std::string const& value) {
    bool valid = false;
    Json::trusted(value).visit([&](Node node) { valid = !schema->validate(node); });
    return valid;
  };
  EXPECT_TRUE(judge(R"({"result":[1,[2,[3]]]})"));
  EXPECT_FALSE(judge(R"({"result":[1,["x"]]})"));
  EXPECT_FALSE(judge(R"({})"));
}

TEST(WithoutMirroredParams, DropsTheKeywordAndKeepsAPropertyOfThatName) {
  EXPECT_EQ(
      without_mirrored_params(R"({"type":"object","properties":{"x-mcp-header":{"type":"string",)"
                              R"("x-mcp-header":"a b"},"y":{"items":[{"x-mcp-header":"Z"}]}},)"
                              R"("default":{"x-mcp-header":1}})"),
      R"({"type":"object","properties":{"x-mcp-header":{"type":"string"},)"
      R"("y":{"items":[{}]}},"default":{"x-mcp-header":1}})");
}

}  // namespace
}  // namespace rampart::protocol
