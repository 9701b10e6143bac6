// What a schema must be to compile: its meta-schema's rules, its dialect, its references, its
// limits.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json/schema/metaschemas.hpp"
#include "unit/json/schema_support.hpp"

namespace rampart::json {
namespace {
using schema_test::check;
using schema_test::message;
using schema_test::refusal;

TEST(SchemaCompile, NamesThePlaceAndTheRuleOfTheMetaSchemaThatIsBroken) {
  EXPECT_EQ(refusal(R"({"properties":{"a/b":{"minimum":"1"}}})"),
            R"(schema at /properties/a~1b: "minimum" must be a number)");
  EXPECT_EQ(refusal(R"({"type":"strin"})"),
            R"(schema: "type" must be a type, or a non-empty array of different types)");
  EXPECT_EQ(refusal(R"({"allOf":[{},5]})"),
            "schema at /allOf/1: must be a schema: an object or a boolean");
  EXPECT_EQ(refusal(R"({"$defs":{"unused":{"required":"a"}}})"),
            R"(schema at /$defs/unused: "required" must be an array of different strings)");
  EXPECT_EQ(refusal("5"), "schema: must be a schema: an object or a boolean");
  EXPECT_EQ(Schema::compile("{").error().code, Errc::parse_error);
}

// Each is wrong in one keyword. The meta-schema, run by this validator, must agree.
TEST(SchemaCompile, RefusesWhatTheMetaSchemaRefuses) {
  auto meta = Schema::compile(R"({"$ref":"https://json-schema.org/draft/2020-12/schema"})");
  ASSERT_TRUE(meta) << meta.error().message;
  for (std::string_view schema : {R"({"$id":1})",
                                  R"({"$id":"a#b"})",
                                  R"({"$schema":1})",
                                  R"({"$ref":1})",
                                  R"({"$anchor":"1a"})",
                                  R"({"$dynamicRef":{}})",
                                  R"({"$dynamicAnchor":""})",
                                  R"({"$vocabulary":{"a":1}})",
                                  R"({"$comment":[]})",
                                  R"({"$defs":[]})",
                                  R"({"prefixItems":[]})",
                                  R"({"items":[]})",
                                  R"({"contains":1})",
                                  R"({"additionalProperties":1})",
                                  R"({"properties":{"a":1}})",
                                  R"({"patternProperties":{"a":null}})",
                                  R"({"dependentSchemas":{"a":[]}})",
                                  R"({"propertyNames":[]})",
                                  R"({"if":0})",
                                  R"({"then":0})",
                                  R"({"else":0})",
                                  R"({"allOf":[]})",
                                  R"({"anyOf":{}})",
                                  R"({"oneOf":[1]})",
                                  R"({"not":"a"})",
                                  R"({"unevaluatedItems":1})",
                                  R"({"unevaluatedProperties":1})",
                                  R"({"type":[]})",
                                  R"({"type":["null","null"]})",
                                  R"({"enum":1})",
                                  R"({"multipleOf":0})",
                                  R"({"multipleOf":-1})",
                                  R"({"maximum":"1"})",
                                  R"({"exclusiveMaximum":true})",
                                  R"({"minimum":null})",
                                  R"({"exclusiveMinimum":[]})",
                                  R"({"maxLength":-1})",
                                  R"({"minLength":1.5})",
                                  R"({"pattern":1})",
                                  R"({"maxItems":"1"})",
                                  R"({"minItems":-0.5})",
                                  R"({"uniqueItems":1})",
                                  R"({"maxContains":-1})",
                                  R"({"minContains":{}})",
                                  R"({"maxProperties":-1})",
                                  R"({"minProperties":"a"})",
                                  R"({"required":["a","a"]})",
                                  R"({"required":[1]})",
                                  R"({"dependentRequired":{"a":"b"}})",
                                  R"({"title":1})",
                                  R"({"description":1})",
                                  R"({"deprecated":1})",
                                  R"({"readOnly":1})",
                                  R"({"writeOnly":1})",
                                  R"({"examples":1})",
                                  R"({"format":1})",
                                  R"({"contentEncoding":1})",
                                  R"({"contentMediaType":1})",
                                  R"({"contentSchema":1})",
                                  R"({"definitions":1})",
                                  R"({"dependencies":{"a":1}})",
                                  R"({"dependencies":{"a":[1]}})"}) {
    EXPECT_NE(refusal(schema), "compiles") << schema;
    EXPECT_TRUE(check(*meta, schema)) << schema;
  }
}

TEST(SchemaCompile, RefusesWhatTheMetaSchemaOfDraft07Refuses) {
  auto meta = Schema::compile(R"({"$ref":"http://json-schema.org/draft-07/schema#"})");
  ASSERT_TRUE(meta) << meta.error().message;
  for (std::string_view keyword :
       {R"("items":1)", R"("items":[1])", R"("additionalItems":[])", R"("dependencies":{"a":1})",
        R"("definitions":{"a":1})", R"("type":"any")", R"("required":true)",
        R"("const":1,"not":1)"}) {
    std::string schema =
        R"({"$schema":"http://json-schema.org/draft-07/schema#",)" + std::string(keyword) + "}";
    EXPECT_NE(refusal(schema), "compiles") << schema;
    EXPECT_TRUE(check(*meta, schema)) << schema;
  }
}

TEST(SchemaCompile, TheMetaSchemasAreValidAgainstThemselves) {
  for (std::string_view uri :
       {"https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema"}) {
    auto meta = Schema::compile(*metaschema(uri));
    ASSERT_TRUE(meta) << meta.error().message;
    auto violation = check(*meta, *metaschema(uri));
    EXPECT_FALSE(violation) << violation->message;
  }
}

TEST(SchemaCompile, UnknownKeywordsAreIgnoredWhateverTheyHold) {
  EXPECT_EQ(message(R"({"x-mcp-header":{"$id":1},"minimums":"a","prefixItem":[]})", "1"), "valid");
}

TEST(SchemaCompile, OtherDialectsAreRefusedByName) {
  EXPECT_EQ(refusal(R"({"$schema":"http://json-schema.org/draft-04/schema#"})"),
            "schema: unsupported JSON Schema dialect \"http://json-schema.org/draft-04/schema#\"; "
            "supported are 2020-12 and draft-07");
  EXPECT_EQ(
      refusal(R"({"$schema":"https://json-schema.org/draft/2019-09/schema"})"),
      "schema: unsupported JSON Schema dialect \"https://json-schema.org/draft/2019-09/schema\"; "
      "supported are 2020-12 and draft-07");
  EXPECT_EQ(refusal(R"({"$schema":7})"), "schema: \"$schema\" must be a string");
  EXPECT_EQ(refusal(R"({"$schema":"https://json-schema.org/draft-07/schema"})"), "compiles");
}

TEST(SchemaCompile, TheDialectDecidesWhatAKeywordMeans) {
  constexpr std::string_view tuple = R"("items":[{"type":"integer"}],"additionalItems":false)";
  std::string as_07 =
      R"({"$schema":"http://json-schema.org/draft-07/schema#",)" + std::string(tuple) + "}";
  EXPECT_EQ(message(as_07, "[1]"), "valid");
  EXPECT_EQ(message(as_07, "[1,2]"), "must have at most 1 items");
  EXPECT_EQ(refusal("{" + std::string(tuple) + "}"),
            "schema at /items: must be a schema: an object or a boolean");
}

TEST(SchemaCompile, AMetaSchemaThatRequiresAnUnknownVocabularyIsRefused) {
  SchemaDocuments documents;
  ASSERT_TRUE(documents.add("https://example.com/meta", R"({
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/core": true,
                    "https://json-schema.org/draft/2020-12/vocab/format-assertion": true}})"));
  EXPECT_EQ(
      refusal(R"({"$schema":"https://example.com/meta"})", documents),
      "schema: unsupported JSON Schema dialect \"https://example.com/meta\" (its meta-schema "
      "requires the unknown vocabulary "
      "\"https://json-schema.org/draft/2020-12/vocab/format-assertion\"); supported are 2020-12 "
      "and draft-07");
}

TEST(SchemaCompile, UnresolvedReferencesAreErrorsThatNameThem) {
  EXPECT_EQ(
      refusal(R"({"properties":{"a":{"$ref":"https://example.com/a.json"}}})"),
      "schema at /properties/a: the reference \"https://example.com/a.json\" leads nowhere: no "
      "schema with this URI is registered, and none is fetched");
  EXPECT_EQ(refusal(R"({"$ref":"#/$defs/a"})"),
            "schema: the reference \"#/$defs/a\" leads nowhere: there is nothing at this place");
  EXPECT_EQ(refusal(R"({"$ref":"#a"})"),
            "schema: the reference \"#a\" leads nowhere: there is no such anchor");
  EXPECT_NE(refusal(R"({"$ref":"file:///etc/passwd"})"), "compiles");
  // Also where nothing refers to the schema that holds it.
  EXPECT_NE(refusal(R"({"$defs":{"unused":{"$ref":"#/nowhere"}}})"), "compiles");
  // A reference into something that is no schema.
  EXPECT_EQ(refusal(R"({"$ref":"#/x","x":5})"),
            "schema at /x: must be a schema: an object or a boolean");
}

TEST(SchemaCompile, DocumentsAreFoundByUriAndById) {
  SchemaDocuments documents;
  ASSERT_TRUE(documents.add("https://example.com/units.json",
                            R"({"$id":"urn:example:units","$anchor":"u","enum":["m","km"]})"));
  for (std::string_view reference : {"https://example.com/units.json", "urn:example:units",
                                     "urn:example:units#u", "units.json#u"}) {
    auto schema = Schema::compile(R"({"$id":"https://example.com/tool.json","allOf":[{"$ref":")" +
                                      std::string(reference) +
                                      R"("},{"$ref":"https://example.com/units.json"}]})",
                                  documents);
    ASSERT_TRUE(schema) << reference << ": " << schema.error().message;
    EXPECT_FALSE(check(*schema, R"("km")"));
    EXPECT_TRUE(check(*schema, R"("mile")"));
  }
}

TEST(SchemaCompile, WhatIsWrongInADocumentIsNamedWithTheDocument) {
  SchemaDocuments documents;
  ASSERT_TRUE(documents.add("https://example.com/a", R"({"not":{"minimum":"1"}})"));
  EXPECT_EQ(refusal(R"({"$ref":"https://example.com/a"})", documents),
            "schema at https://example.com/a#/not: \"minimum\" must be a number");
}

TEST(SchemaCompile, DocumentsAreCheckedWhenTheyAreAdded) {
  SchemaDocuments documents;
  EXPECT_EQ(documents.add("units.json", "{}").error().code, Errc::invalid_params);
  EXPECT_EQ(documents.add("https://example.com/a", "{").error().code, Errc::parse_error);
  EXPECT_TRUE(documents.add("https://example.com/a#", "{}"));
  EXPECT_FALSE(documents.add("https://example.com/a", "{}"));
  EXPECT_FALSE(documents.add("https://json-schema.org/draft/2020-12/schema", "{}"));
}

TEST(SchemaCompile, TwoSchemasMayNotHaveOneNameOrAnchor) {
  EXPECT_EQ(refusal(R"({"$defs":{"a":{"$id":"x"},"b":{"$id":"x"}}})"),
            R"(schema at /$defs/b: another schema has the "$id" "x")");
  EXPECT_EQ(refusal(R"({"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}})"),
            R"(schema at /$defs/b: another schema has the anchor "x")");
}

TEST(SchemaCompile, PatternsThatCannotBeUsedAreRefusedOrSkippedAndReported) {
  constexpr std::string_view schema =
      R"({"properties":{"a":{"pattern":"\\Aa","maxLength":2}},"patternProperties":{"(?i)x":{"type":"null"}},
          "additionalProperties":false})";
  EXPECT_EQ(
      refusal(R"({"properties":{"a":{"pattern":"\\Aa"}}})"),
      R"(schema at /properties/a/pattern: "\\Aa" is not an ECMA-262 pattern: "\A" is not an escape)");
  auto skipping = Schema::compile(schema, {}, {}, PatternPolicy::skip);
  ASSERT_TRUE(skipping) << skipping.error().message;
  ASSERT_EQ(skipping->skipped().size(), 2U);
  EXPECT_EQ(
      skipping->skipped()[0],
      R"(/patternProperties/(?i)x: "(?i)x" is not an ECMA-262 pattern: "(?i" begins no group)");
  EXPECT_EQ(skipping->skipped()[1],
            R"(/properties/a/pattern: "\\Aa" is not an ECMA-262 pattern: "\A" is not an escape)");
  EXPECT_FALSE(check(*skipping, R"({"a":"bb"})"));
  EXPECT_TRUE(check(*skipping, R"({"a":"bbb"})"));       // its other rules stand
  EXPECT_FALSE(check(*skipping, R"({"any":"thing"})"));  // the pattern might have allowed it
  EXPECT_TRUE(Schema::compile(R"({"pattern":"a"})")->skipped().empty());
}

TEST(SchemaCompile, LimitsHoldAtTheirValueAndOnePast) {
  std::string text = R"({"properties":{"a":{},"b":{}}})";
  SchemaLimits bytes{.max_bytes = text.size()};
  EXPECT_EQ(refusal(text, {}, bytes), "compiles");
  bytes.max_bytes = text.size() - 1;
  EXPECT_EQ(refusal(text, {}, bytes), "schema: longer than 29 bytes");
  SchemaLimits subschemas{.max_subschemas = 3};
  EXPECT_EQ(refusal(text, {}, subschemas), "compiles");
  subschemas.max_subschemas = 2;
  EXPECT_EQ(refusal(text, {}, subschemas), "schema at /properties/b: more than 2 subschemas");
}

TEST(SchemaCompile, LongChainsOfReferencesCostNoStack) {
  std::string text = R"({"$ref":"#/$defs/d0","$defs":{)";
  constexpr int count = 5'000;
  for (int i = 0; i < count; ++i)
    text += "\"d" + std::to_string(i) + "\":{\"$ref\":\"#/$defs/d" + std::to_string(i + 1) + "\"},";
  text += "\"d" + std::to_string(count) + "\":{\"type\":\"null\"}}}";
  auto schema = Schema::compile(text);
  ASSERT_TRUE(schema) << schema.error().message;
  auto violation = check(*schema, "null");
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->keyword, "depth");
}

}  // namespace
}  // namespace rampart::json
