// What a violation says: where, which rule, which limit, and never the value.
#include <gtest/gtest.h>

#include <string>

#include "unit/json/schema_support.hpp"

namespace rampart::json {
namespace {
using schema_test::check;
using schema_test::message;

constexpr std::string_view forecast = R"({
  "type": "object",
  "properties": {
    "city": {"type": "string", "minLength": 1, "maxLength": 5, "pattern": "^[a-z]+$"},
    "days": {"type": "integer", "minimum": 1, "maximum": 7},
    "unit": {"enum": ["celsius", "fahrenheit"]},
    "stops": {"type": "array", "maxItems": 3, "uniqueItems": true,
              "items": {"type": "object", "required": ["name"],
                        "properties": {"name": {"type": "string"}}}}
  },
  "required": ["city"],
  "additionalProperties": false
})";

TEST(SchemaMessages, NamePathRuleAndLimit) {
  EXPECT_EQ(message(forecast, R"({"city":"rome","days":3})"), "valid");
  EXPECT_EQ(message(forecast, R"({"city":"rome","days":8})"), "days: must be at most 7");
  EXPECT_EQ(message(forecast, R"({"city":"rome","days":0})"), "days: must be at least 1");
  EXPECT_EQ(message(forecast, R"({"city":"rome","days":"3"})"),
            "days: must be an integer, not a string");
  EXPECT_EQ(message(forecast, R"({"city":"rome","days":3.5})"),
            "days: must be an integer, not a number with a fraction");
  EXPECT_EQ(message(forecast, R"({"city":""})"), "city: must have at least 1 characters");
  EXPECT_EQ(message(forecast, R"({"city":"berlin"})"), "city: must have at most 5 characters");
  EXPECT_EQ(message(forecast, R"({"city":"Rome"})"), "city: must match the pattern ^[a-z]+$");
  EXPECT_EQ(message(forecast, R"({"city":"rome","unit":"kelvin"})"),
            R"(unit: must be one of "celsius", "fahrenheit")");
  EXPECT_EQ(message(forecast, R"({"days":3})"), R"(missing required property "city")");
  EXPECT_EQ(message(forecast, R"({"city":"rome","dayz":3})"),
            R"(dayz: is not a known property; known are "city", "days", "unit", "stops")");
  EXPECT_EQ(message(forecast, "[]"), "must be an object, not an array");
}

TEST(SchemaMessages, PathsLeadIntoArraysAndObjects) {
  EXPECT_EQ(message(forecast, R"({"city":"rome","stops":[{"name":"a"},{"name":1}]})"),
            "stops[1].name: must be a string, not a number");
  EXPECT_EQ(message(forecast, R"({"city":"rome","stops":[{}]})"),
            R"(stops[0]: missing required property "name")");
  EXPECT_EQ(message(R"({"items":{"items":{"type":"null"}}})", "[[],[null,0]]"),
            "[1][1]: must be null, not a number");
  EXPECT_EQ(message(R"({"additionalProperties":{"type":"null"}})", R"({"a b\n":0})"),
            R"(["a b\n"]: must be null, not a number)");
}

TEST(SchemaMessages, TheViolationHasPathAndKeywordApart) {
  auto schema = Schema::compile(forecast);
  ASSERT_TRUE(schema);
  auto violation = check(*schema, R"({"city":"rome","stops":[1]})");
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->path, "stops[0]");
  EXPECT_EQ(violation->keyword, "type");
  EXPECT_EQ(violation->message, "stops[0]: must be an object, not a number");
  violation = check(*schema, "1");
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->path, "");
}

TEST(SchemaMessages, EveryRuleHasItsSentence) {
  EXPECT_EQ(message(R"({"const":1})", "2"), "must be 1");
  EXPECT_EQ(message(R"({"exclusiveMinimum":1.5})", "1.5"), "must be greater than 1.5");
  EXPECT_EQ(message(R"({"exclusiveMaximum":1})", "1"), "must be less than 1");
  EXPECT_EQ(message(R"({"multipleOf":0.01})", "0.015"), "must be a multiple of 0.01");
  EXPECT_EQ(message(R"({"minItems":2})", "[1]"), "must have at least 2 items");
  EXPECT_EQ(message(R"({"maxItems":1})", "[1,2]"), "must have at most 1 items");
  EXPECT_EQ(message(R"({"uniqueItems":true})", "[1,2,1.0]"),
            "must have different items: [0] and [2] are equal");
  EXPECT_EQ(message(R"({"prefixItems":[{}],"items":false})", "[1,2]"), "must have at most 1 items");
  EXPECT_EQ(message(R"({"contains":{"type":"null"}})", "[1]"),
            "must contain at least 1 matching items, has 0");
  EXPECT_EQ(message(R"({"contains":{"type":"null"},"maxContains":1})", "[null,null]"),
            "must contain at most 1 matching items, has 2");
  EXPECT_EQ(message(R"({"minProperties":1})", "{}"), "must have at least 1 members");
  EXPECT_EQ(message(R"({"maxProperties":0})", R"({"a":1})"), "must have at most 0 members");
  EXPECT_EQ(message(R"({"propertyNames":{"maxLength":2}})", R"({"abc":1})"),
            R"(the property name "abc" must have at most 2 characters)");
  EXPECT_EQ(message(R"({"dependentRequired":{"a":["b"]}})", R"({"a":1})"),
            R"(missing property "b", which is required with "a")");
  EXPECT_EQ(message(R"({"not":{"type":"null"}})", "null"), "has a form that is not allowed");
  EXPECT_EQ(message(R"({"properties":{"a":false}})", R"({"a":1})"), "a: is not allowed");
  EXPECT_EQ(message("false", "1"), "is not allowed");
  EXPECT_EQ(message(R"({"additionalProperties":false})", R"({"a":1})"), "a: is not allowed here");
  EXPECT_EQ(message(R"({"unevaluatedProperties":false})", R"({"a":1})"),
            "a: is not a known property");
  EXPECT_EQ(message(R"({"unevaluatedItems":false})", "[1]"), "item [0] is not allowed");
  EXPECT_EQ(message(R"({"type":["string","null","integer","number"]})", "[]"),
            "must be a string, a number or null, not an array");
}

TEST(SchemaMessages, AlternativesExplainThemselves) {
  constexpr std::string_view optional_text =
      R"({"anyOf":[{"type":"string","maxLength":2},{"type":"null"}]})";
  EXPECT_EQ(message(optional_text, R"("abc")"), "must have at most 2 characters");
  EXPECT_EQ(message(optional_text, "1"),
            "matches none of the allowed forms (must be a string, not a number; must be null, not "
            "a number)");
  EXPECT_EQ(
      message(R"({"properties":{"p":{"oneOf":[{"required":["a"]},{"required":["b"]}]}}})",
              R"({"p":{}})"),
      "p: matches none of the allowed forms (missing required property \"a\"; missing required "
      "property \"b\")");
  EXPECT_EQ(message(R"({"oneOf":[{"type":"integer"},{"minimum":2}]})", "3"),
            "must match exactly one of the allowed forms, but matches several");
  EXPECT_EQ(message(R"({"anyOf":[{"anyOf":[{"const":1},{"const":2}]},{"const":3}]})", "4"),
            "matches none of the allowed forms (matches none of the allowed forms; must be 3)");
}

TEST(SchemaMessages, NeverQuoteTheValue) {
  std::string secret = "sk-" + std::string(60, 's');
  for (std::string_view schema :
       {R"({"const":"x"})", R"({"enum":["x"]})", R"({"maxLength":1})", R"({"pattern":"^x$"})",
        R"({"type":"null"})", R"({"not":{}})", R"({"anyOf":[{"const":1},{"const":2}]})"}) {
    EXPECT_EQ(message(schema, "\"" + secret + "\"").find("sss"), std::string::npos) << schema;
  }
}

TEST(SchemaMessages, NamesFromThePeerAndLongValuesOfTheSchemaAreCut) {
  std::string name(100, 'n');
  std::string cut = std::string(40, 'n') + "...";
  EXPECT_EQ(message(R"({"additionalProperties":false})", "{\"" + name + "\":1}"),
            "[\"" + cut + "\"]: is not allowed here");
  EXPECT_EQ(message("{\"const\":\"" + name + "\"}", "1"),
            "must be \"" + std::string(39, 'n') + "...");
  EXPECT_EQ(message(R"({"enum":[1,2,3,4,5,6,7,8,9,10,11]})", "0"),
            "must be one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ... (11 in all)");
  // Cut at a character's boundary.
  EXPECT_EQ(message("{\"const\":\"" + std::string(38, 'a') + "é\"}", "1"),
            "must be \"" + std::string(38, 'a') + "...");
}

}  // namespace
}  // namespace rampart::json
