// Schemas as they are published, to the byte.
#include <gtest/gtest.h>

#include <cstdint>

#include "unit/json/codec_types.hpp"

namespace rampart::codec_test {
namespace {

/// The schema of a T as a member without a doc.
template <class T>
std::string member_schema() {
  std::string const all = schema_of<One<T>>();
  std::string const before = R"({"type":"object","properties":{"value":)";
  std::string const after = R"(},"required":["value"],"additionalProperties":false})";
  if (!all.starts_with(before) || !all.ends_with(after)) return all;
  return all.substr(before.size(), all.size() - before.size() - after.size());
}

TEST(CodecSchema, ShowsNamesDocsLimitsDefaultsAndRequiredMembers) {
  EXPECT_EQ(
      schema_of<Query>(),
      R"({"type":"object","properties":{)"
      R"("city":{"type":"string","description":"City name, for example Oslo","minLength":1,"maxLength":100},)"
      R"("days":{"type":"integer","description":"How many days ahead","minimum":1,"maximum":7,"default":3},)"
      R"("unit":{"type":"string","description":"Unit of the temperatures","enum":["celsius","fahrenheit"],"default":"celsius"}},)"
      R"("required":["city"],"additionalProperties":false})");
}

TEST(CodecSchema, OfAToolWithoutArgumentsIsAnEmptyObject) {
  EXPECT_EQ(schema_of<None>(), R"({"type":"object","additionalProperties":false})");
}

TEST(CodecSchema, GivesEachTypeItsOwn) {
  EXPECT_EQ(member_schema<bool>(), R"({"type":"boolean"})");
  EXPECT_EQ(member_schema<int>(), R"({"type":"integer"})");
  EXPECT_EQ(member_schema<std::int64_t>(), R"({"type":"integer"})");
  EXPECT_EQ(member_schema<unsigned>(), R"({"type":"integer","minimum":0})");
  EXPECT_EQ(member_schema<std::uint8_t>(), R"({"type":"integer","minimum":0,"maximum":255})");
  EXPECT_EQ(member_schema<std::int16_t>(),
            R"({"type":"integer","minimum":-32768,"maximum":32767})");
  EXPECT_EQ(member_schema<double>(), R"({"type":"number"})");
  EXPECT_EQ(member_schema<std::string>(), R"({"type":"string"})");
  EXPECT_EQ(member_schema<Json>(), "{}");
}

TEST(CodecSchema, DescribesContainers) {
  EXPECT_EQ(member_schema<std::vector<int>>(), R"({"type":"array","items":{"type":"integer"}})");
  EXPECT_EQ(member_schema<std::vector<bool>>(), R"({"type":"array","items":{"type":"boolean"}})");
  EXPECT_EQ((member_schema<std::array<int, 3>>()),
            R"({"type":"array","items":{"type":"integer"},"minItems":3,"maxItems":3})");
  EXPECT_EQ((member_schema<std::map<std::string, bool>>()),
            R"({"type":"object","additionalProperties":{"type":"boolean"}})");
  EXPECT_EQ(schema_of<std::vector<std::string>>(), R"({"type":"array","items":{"type":"string"}})");
}

TEST(CodecSchema, LetsAnOptionalBeNull) {
  EXPECT_EQ(member_schema<std::optional<int>>(), R"({"type":["integer","null"]})");
  EXPECT_EQ(member_schema<std::optional<Unit>>(),
            R"({"type":["string","null"],"enum":["celsius","fahrenheit",null]})");
  EXPECT_EQ(member_schema<std::vector<std::optional<bool>>>(),
            R"({"type":"array","items":{"type":["boolean","null"]}})");
  EXPECT_EQ(member_schema<std::optional<None>>(),
            R"({"type":["object","null"],"additionalProperties":false})");
}

TEST(CodecSchema, DescribesNestedStructs) {
  EXPECT_EQ(member_schema<Place>(),
            R"({"type":"object","properties":{)"
            R"("lat":{"type":"number","description":"Latitude","minimum":-90,"maximum":90},)"
            R"("lon":{"type":"number","description":"Longitude","minimum":-180,"maximum":180}},)"
            R"("required":["lat","lon"],"additionalProperties":false})");
}

TEST(CodecSchema, RefersBackToARecursiveType) {
  EXPECT_EQ(schema_of<Tree>(),
            R"({"type":"object","properties":{)"
            R"("name":{"type":"string","description":"Name"},)"
            R"("children":{"type":"array","description":"Below this one","items":{"$ref":"#"}}},)"
            R"("required":["name"],"additionalProperties":false})");
  EXPECT_NE(schema_of<One<Tree>>().find(R"("items":{"$ref":"#/properties/value"})"),
            std::string::npos);
  EXPECT_NE(wrapped_schema_of<Tree>().find(R"("items":{"$ref":"#/properties/result"})"),
            std::string::npos);
}

struct Odd {
  Tree tree;
  static constexpr auto fields = rampart::fields(required<&Odd::tree>("", Name{"a/b~c d"}));
};

TEST(CodecSchema, EscapesNamesInReferences) {
  EXPECT_NE(schema_of<Odd>().find(R"("$ref":"#/properties/a~1b~0c%20d")"), std::string::npos);
  auto odd = read<Odd>(R"({"a/b~c d":{"name":"x"}})");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->tree.name, "x");
}

struct MaybeTree {
  std::optional<std::vector<std::optional<MaybeTree>>> children;
  static constexpr auto fields = rampart::fields(optional<&MaybeTree::children>("Below"));
};

TEST(CodecSchema, LetsARecursiveOptionalBeNull) {
  EXPECT_EQ(
      schema_of<MaybeTree>(),
      R"({"type":"object","properties":{"children":{"type":["array","null"],"description":"Below",)"
      R"("items":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}},"additionalProperties":false})");
}

struct Options {
  std::string code;
  std::string page = "https://example.org";
  std::optional<std::int64_t> region;
  std::vector<std::string> tags{"a"};
  int zero = 0;
  double half = 0.5;
  bool on = true;
  Json extra;
  std::map<std::string, std::uint8_t> counts;
  static constexpr auto fields = rampart::fields(
      required<&Options::code>("Code", Title{"The code"}, Pattern{"^[a-z]+$"}),
      optional<&Options::page>("Page", Format{"uri"}),
      optional<&Options::region>("Region", Header{"Region"}, Range{0}),
      optional<&Options::tags>("Tags", Items{0, 10}, Length{1, 8}),
      optional<&Options::zero>("0 is outside the range", Range{1, 7}),
      optional<&Options::half>("Half", Range{.max = 1.5}), optional<&Options::on>("On"),
      optional<&Options::extra>("Anything"), optional<&Options::counts>("Counts", Items{1, 2}));
};

TEST(CodecSchema, ShowsEveryOption) {
  EXPECT_EQ(
      schema_of<Options>(),
      R"({"type":"object","properties":{)"
      R"("code":{"type":"string","title":"The code","description":"Code","pattern":"^[a-z]+$"},)"
      R"("page":{"type":"string","description":"Page","format":"uri","default":"https://example.org"},)"
      R"("region":{"type":"integer","description":"Region","minimum":0,"x-mcp-header":"Region"},)"
      R"("tags":{"type":"array","description":"Tags","items":{"type":"string","minLength":1,"maxLength":8},"maxItems":10,"default":["a"]},)"
      R"("zero":{"type":"integer","description":"0 is outside the range","minimum":1,"maximum":7},)"
      R"("half":{"type":"number","description":"Half","maximum":1.5,"default":0.5},)"
      R"("on":{"type":"boolean","description":"On","default":true},)"
      R"("extra":{"description":"Anything"},)"
      R"("counts":{"type":"object","description":"Counts","additionalProperties":{"type":"integer","minimum":0,"maximum":255},"minProperties":1,"maxProperties":2}},)"
      R"("required":["code"],"additionalProperties":false})");
}

TEST(CodecSchema, WrapsAResultForErasThatKnowObjectsOnly) {
  EXPECT_EQ(
      wrapped_schema_of<std::vector<int>>(),
      R"({"type":"object","properties":{"result":{"type":"array","items":{"type":"integer"}}},)"
      R"("required":["result"],"additionalProperties":false})");
  EXPECT_FALSE(is_object_type<std::vector<int>>());
  EXPECT_TRUE(is_object_type<Query>());
}

struct Form {
  std::string name = "John Doe";
  std::optional<int> age;
  std::optional<Unit> unit;
  std::vector<Unit> units;
  static constexpr auto fields =
      rampart::fields(required<&Form::name>("Name"), optional<&Form::age>("Age"),
                      optional<&Form::unit>("Unit"), optional<&Form::units>("Units"));
};
static_assert(Flat<Form> && Flat<Query> && !Flat<Tree> && !Flat<One<Place>> && !Flat<int>);

TEST(CodecSchema, OfAFormHasPlainTypesOnly) {
  EXPECT_EQ(
      form_schema_of<Form>(),
      R"({"type":"object","properties":{)"
      R"("name":{"type":"string","description":"Name"},)"
      R"("age":{"type":"integer","description":"Age"},)"
      R"("unit":{"type":"string","description":"Unit","enum":["celsius","fahrenheit"]},)"
      R"("units":{"type":"array","description":"Units","items":{"type":"string","enum":["celsius","fahrenheit"]}}},)"
      R"("required":["name"]})");
}

}  // namespace
}  // namespace rampart::codec_test
