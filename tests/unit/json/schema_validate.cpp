// Validation beyond the official suite: exact numbers, bounds on work, references that do not end.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "unit/json/schema_support.hpp"

namespace rampart::json {
namespace {
using schema_test::check;
using schema_test::message;

bool valid(std::string_view schema, std::string_view instance) {
  return message(schema, instance) == "valid";
}

TEST(SchemaValidate, NumbersAreEqualByValueAndIntegersExact) {
  EXPECT_TRUE(valid(R"({"const":1})", "1.0"));
  EXPECT_TRUE(valid(R"({"const":1.0})", "1"));
  EXPECT_TRUE(valid(R"({"const":0})", "-0.0"));
  EXPECT_TRUE(valid(R"({"enum":[[1,{"a":2.0}]]})", R"([1.0,{"a":2}])"));
  EXPECT_FALSE(valid(R"({"const":9007199254740993})", "9007199254740992"));
  EXPECT_FALSE(valid(R"({"const":9007199254740993})", "9007199254740992.0"));
  EXPECT_TRUE(valid(R"({"const":9007199254740992})", "9007199254740992.0"));
  EXPECT_FALSE(valid(R"({"const":18446744073709551615})", "18446744073709551614"));
  EXPECT_FALSE(valid(R"({"const":18446744073709551615})", "18446744073709551616.0"));
  EXPECT_TRUE(valid(R"({"const":1e300})", "1e300"));
  EXPECT_TRUE(valid(R"({"uniqueItems":true})", "[9007199254740993,9007199254740992]"));
  EXPECT_FALSE(valid(R"({"uniqueItems":true})", "[1,true,1.0]"));
  EXPECT_TRUE(valid(R"({"uniqueItems":true})", "[1,true,\"1\",[1],null,0,false]"));
}

TEST(SchemaValidate, BoundsCompareIntegersAndDoublesExactly) {
  EXPECT_FALSE(valid(R"({"maximum":9007199254740992})", "9007199254740993"));
  EXPECT_TRUE(valid(R"({"maximum":9007199254740993})", "9007199254740992.0"));
  EXPECT_FALSE(valid(R"({"minimum":9007199254740993})", "9007199254740992.0"));
  EXPECT_TRUE(valid(R"({"maximum":18446744073709551615})", "18446744073709551615"));
  EXPECT_FALSE(valid(R"({"maximum":18446744073709551614})", "18446744073709551615"));
  EXPECT_FALSE(valid(R"({"maximum":-0.5})", "0"));
  EXPECT_TRUE(valid(R"({"maximum":-0.5})", "-1"));
  EXPECT_FALSE(valid(R"({"maximum":-1.5})", "-1"));
  EXPECT_TRUE(valid(R"({"minimum":-1.5})", "-1"));
  EXPECT_TRUE(valid(R"({"maximum":1e300})", "18446744073709551615"));
  EXPECT_FALSE(valid(R"({"minimum":0})", "-9223372036854775808"));
  EXPECT_TRUE(valid(R"({"exclusiveMinimum":9223372036854775807})", "9223372036854775808"));
}

TEST(SchemaValidate, MultiplesAreDecimal) {
  for (std::string_view value :
       {"0.01", "19.99", "4.35", "1", "0", "-0.07", "1e300", "123456789.01"})
    EXPECT_TRUE(valid(R"({"multipleOf":0.01})", value)) << value;
  for (std::string_view value : {"0.015", "19.999", "1e-3", "-0.001"})
    EXPECT_FALSE(valid(R"({"multipleOf":0.01})", value)) << value;
  EXPECT_TRUE(valid(R"({"multipleOf":0.0001})", "0.0075"));
  EXPECT_FALSE(valid(R"({"multipleOf":0.123456789})", "1e308"));
  EXPECT_TRUE(valid(R"({"multipleOf":1e-300})", "1e308"));
  EXPECT_FALSE(valid(R"({"multipleOf":1e308})", "1e-300"));
  EXPECT_TRUE(valid(R"({"multipleOf":2.5})", "10"));
  EXPECT_FALSE(valid(R"({"multipleOf":2})", "9223372036854775807"));
  EXPECT_TRUE(valid(R"({"multipleOf":5})", "18446744073709551615"));
  EXPECT_FALSE(valid(R"({"multipleOf":7})", "18446744073709551615"));
  EXPECT_TRUE(valid(R"({"multipleOf":2})", "-9223372036854775808"));
  EXPECT_TRUE(valid(R"({"multipleOf":100})", "1e20"));
  EXPECT_FALSE(valid(R"({"multipleOf":3})", "1e20"));
}

TEST(SchemaValidate, LengthsCountCodePoints) {
  EXPECT_TRUE(valid(R"({"minLength":2,"maxLength":2})", R"("é😀")"));
  EXPECT_FALSE(valid(R"({"maxLength":1})", R"("é😀")"));
  EXPECT_FALSE(valid(R"({"minLength":3})", R"("é😀")"));
  EXPECT_TRUE(valid(R"({"maxLength":18446744073709551616.0})", R"("a")"));
}

TEST(SchemaValidate, RequiresMoreThanSixtyFourProperties) {
  std::string schema = R"({"required":[)";
  std::string instance = "{";
  for (int i = 0; i < 70; ++i) {
    std::string name = "\"p" + std::to_string(i) + "\"";
    schema += (i > 0 ? "," : "") + name;
    if (i < 69) instance += (i > 0 ? "," : "") + name + ":1";
  }
  schema += "]}";
  EXPECT_EQ(message(schema, instance + "}"), R"(missing required property "p69")");
  EXPECT_EQ(message(schema, instance + R"(,"p69":1})"), "valid");
}

TEST(SchemaValidate, MarksMoreMembersThanFitInPlace) {
  std::string schema =
      R"({"allOf":[{"patternProperties":{"^p":{}}}],"unevaluatedProperties":false})";
  std::string instance = "{";
  for (int i = 0; i < 200; ++i) instance += "\"p" + std::to_string(i) + "\":1,";
  EXPECT_EQ(message(schema, instance + R"("p":1})"), "valid");
  EXPECT_EQ(message(schema, instance + R"("q":1})"), "q: is not a known property");
}

TEST(SchemaValidate, ManyItemsAreComparedByHashAndStillExactly) {
  std::string items;
  for (int i = 0; i < 1'000; ++i) items += "{\"n\":" + std::to_string(i) + ",\"m\":[1]},";
  EXPECT_EQ(message(R"({"uniqueItems":true})", "[" + items + R"({"m":[1],"n":1000}])"), "valid");
  EXPECT_EQ(message(R"({"uniqueItems":true})", "[" + items + R"({"m":[1.0],"n":7.0}])"),
            "must have different items: [7] and [1000] are equal");
}

TEST(SchemaValidate, ReferencesThatLeadBackToThemselvesEnd) {
  constexpr std::string_view ends = "must not recurse for ever";
  for (std::string_view schema :
       {R"({"$ref":"#"})", R"({"allOf":[{"$ref":"#"}]})", R"({"not":{"$ref":"#"}})",
        R"({"anyOf":[{"$ref":"#"},{"type":"null"}]})",
        R"({"$dynamicAnchor":"a","$dynamicRef":"#a"})",
        R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}})"})
    EXPECT_EQ(message(schema, "1"),
              "needs more than 512 levels of validation (does a $ref lead back to itself?)")
        << schema << " " << ends;
}

TEST(SchemaValidate, DepthHoldsAtItsValueAndOnePast) {
  constexpr std::string_view nested = R"({"type":"array","items":{"$ref":"#"}})";
  // The root is one level, each [] inside it two: the item and the reference.
  EXPECT_EQ(message(nested, "[[]]", {.max_depth = 3}), "valid");
  EXPECT_EQ(message(nested, "[[]]", {.max_depth = 2}),
            "[0]: needs more than 2 levels of validation (does a $ref lead back to itself?)");
  std::string deepest =
      std::string(default_max_depth, '[') + "1" + std::string(default_max_depth, ']');
  EXPECT_EQ(message(R"({"type":["array","integer"],"items":{"$ref":"#"}})", deepest), "valid")
      << "what the parser takes must not be too deep for an ordinary recursive schema";
}

TEST(SchemaValidate, StepsHoldAtTheirValueAndOnePast) {
  constexpr std::string_view numbers = R"({"items":{"type":"integer"}})";
  // One for the array and one for each item.
  EXPECT_EQ(message(numbers, "[1,2,3]", {.max_steps = 4}), "valid");
  EXPECT_EQ(message(numbers, "[1,2,3]", {.max_steps = 3}),
            "[2]: needs more than 3 steps of validation");
}

TEST(SchemaValidate, ExponentialSchemasEnd) {
  std::string schema = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 60; ++i) {
    std::string next = "{\"$ref\":\"#/$defs/d" + std::to_string(i + 1) + "\"}";
    schema += "\"d" + std::to_string(i) + "\":{\"allOf\":[" + next + "," + next + "]},";
  }
  schema += R"("d60":{"type":"integer"}}})";
  EXPECT_EQ(message(schema, "1", {.max_steps = 100'000}),
            "needs more than 100000 steps of validation");
}

TEST(SchemaValidate, AbandonedWorkIsNeverTakenForSuccess) {
  constexpr std::string_view bomb = R"x("pattern":"(?=a)(a+)+$")x";
  std::string text = "\"" + std::string(40, 'a') + "!\"";
  for (std::string schema :
       {"{" + std::string(bomb) + "}", "{\"not\":{" + std::string(bomb) + "}}",
        "{\"anyOf\":[{" + std::string(bomb) + "},true]}", "{\"if\":{" + std::string(bomb) + "}}"})
    EXPECT_EQ(message(schema, text), "pattern took too long: (?=a)(a+)+$") << schema;
}

TEST(SchemaValidate, FormatIsAnAnnotation) {
  EXPECT_TRUE(valid(R"({"format":"email"})", R"("not an address")"));
}

TEST(SchemaValidate, ManyThreadsMayValidateAtOnce) {
  auto schema = Schema::compile(
      R"({"properties":{"a":{"pattern":"^(?=x)x+$"},"b":{"pattern":"^y+$"}},"required":["a"]})");
  ASSERT_TRUE(schema);
  std::vector<std::thread> threads;
  std::vector<int> right(4);
  for (std::size_t t = 0; t < right.size(); ++t)
    threads.emplace_back([&schema, &right, t] {
      for (int i = 0; i < 200; ++i) {
        if (!check(*schema, R"({"a":"xx","b":"yy"})")) ++right[t];
        if (check(*schema, R"({"a":"xz","b":"yy"})")) ++right[t];
      }
    });
  for (auto& thread : threads) thread.join();
  for (int count : right) EXPECT_EQ(count, 400);
}

}  // namespace
}  // namespace rampart::json
