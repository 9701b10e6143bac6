// Each decode error names the path and the rule.
#include <gtest/gtest.h>

#include <cstdint>

#include "unit/json/codec_types.hpp"

namespace rampart::codec_test {
namespace {

TEST(CodecErrors, NameAMissingMember) {
  EXPECT_EQ(complaint<Query>("{}"), "city: is missing");
  EXPECT_EQ(complaint<One<Place>>(R"({"value":{"lat":1}})"), "value.lon: is missing");
}

TEST(CodecErrors, NameAnUnknownMemberAndTheKnownOnes) {
  EXPECT_EQ(complaint<Query>(R"({"city":"Oslo","dayz":2})"),
            "dayz: is not expected; known are city, days, unit");
  EXPECT_EQ(complaint<None>(R"({"x":1})"), "x: is not expected: no members are");
}

TEST(CodecErrors, RefuseAMemberGivenTwice) {
  EXPECT_EQ(complaint<Query>(R"({"city":"a","city":"b"})"), "city: is given twice");
  using Map = std::map<std::string, int>;
  EXPECT_EQ(complaint<One<Map>>(R"({"value":{"k":1,"k":2}})"), "value.k: is given twice");
}

TEST(CodecErrors, NameTheTypeThatIsDue) {
  EXPECT_EQ(complaint<One<bool>>(R"({"value":1})"), "value: must be true or false");
  EXPECT_EQ(complaint<One<int>>(R"({"value":"3"})"), "value: must be an integer");
  EXPECT_EQ(complaint<One<int>>(R"({"value":2.5})"), "value: must be an integer");
  EXPECT_EQ(complaint<One<int>>(R"({"value":null})"), "value: must be an integer");
  EXPECT_EQ(complaint<One<double>>(R"({"value":"x"})"), "value: must be a number");
  EXPECT_EQ(complaint<One<std::string>>(R"({"value":1})"), "value: must be a string");
  EXPECT_EQ(complaint<One<Unit>>(R"({"value":"kelvin"})"),
            "value: must be one of celsius, fahrenheit");
  EXPECT_EQ(complaint<One<Unit>>(R"({"value":0})"), "value: must be one of celsius, fahrenheit");
  EXPECT_EQ(complaint<One<std::vector<int>>>(R"({"value":{}})"), "value: must be an array");
  EXPECT_EQ(complaint<One<std::vector<bool>>>(R"({"value":1})"), "value: must be an array");
  EXPECT_EQ((complaint<One<std::map<std::string, int>>>(R"({"value":[]})")),
            "value: must be an object");
  EXPECT_EQ(complaint<One<Place>>(R"({"value":3})"), "value: must be an object");
  EXPECT_EQ(complaint<Query>("[]"), "must be an object");
  EXPECT_EQ(complaint<One<std::optional<int>>>(R"({"value":"x"})"), "value: must be an integer");
}

TEST(CodecErrors, NameTheRangeOfANumber) {
  EXPECT_EQ(complaint<Query>(R"({"city":"Oslo","days":8})"), "days: must be between 1 and 7");
  EXPECT_EQ(complaint<Query>(R"({"city":"Oslo","days":0})"), "days: must be between 1 and 7");
  EXPECT_EQ(complaint<Query>(R"({"city":"Oslo","days":7})"), "(no error)");
  EXPECT_EQ(complaint<Place>(R"({"lat":90.5,"lon":0})"), "lat: must be between -90 and 90");
}

TEST(CodecErrors, NameTheWidthOfAnInteger) {
  EXPECT_EQ(complaint<One<std::uint8_t>>(R"({"value":256})"), "value: must be between 0 and 255");
  EXPECT_EQ(complaint<One<std::int8_t>>(R"({"value":-129})"),
            "value: must be between -128 and 127");
  EXPECT_EQ(complaint<One<int>>(R"({"value":2147483648})"),
            "value: must be between -2147483648 and 2147483647");
  EXPECT_EQ(complaint<One<std::int64_t>>(R"({"value":9223372036854775808})"),
            "value: must be between -9223372036854775808 and 9223372036854775807");
  EXPECT_EQ(complaint<One<std::uint64_t>>(R"({"value":1e30})"),
            "value: must be between 0 and 18446744073709551615");
  EXPECT_EQ(complaint<One<float>>(R"({"value":1e39})"),
            "value: must be between -3.4028235e+38 and 3.4028235e+38");
}

struct Sized {
  std::string code;
  std::vector<std::string> tags;
  std::map<std::string, int> counts;
  std::array<int, 2> pair{};
  std::vector<int> scores;
  std::vector<bool> flags;
  int low = 0;
  std::optional<double> high;
  static constexpr auto fields = rampart::fields(
      optional<&Sized::code>("", Length{2, 3}),
      optional<&Sized::tags>("", Items{1, 2}, Length{.max = 4}),
      optional<&Sized::counts>("", Items{0, 1}, Range{0}), optional<&Sized::pair>(""),
      optional<&Sized::scores>("", Range{1, 5}, Items{2}), optional<&Sized::flags>("", Items{1, 1}),
      optional<&Sized::low>("", Range{-1}), optional<&Sized::high>("", Range{.max = 0.5}));
};

TEST(CodecErrors, NameTheLengthOfAStringInCharacters) {
  EXPECT_EQ(complaint<Sized>(R"({"code":"a"})"), "code: must have between 2 and 3 characters");
  EXPECT_EQ(complaint<Sized>(R"({"code":"abcd"})"), "code: must have between 2 and 3 characters");
  EXPECT_EQ(complaint<Sized>("{\"code\":\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"}"), "(no error)");
}

TEST(CodecErrors, NameTheSizeOfAList) {
  EXPECT_EQ(complaint<Sized>(R"({"tags":[]})"), "tags: must have between 1 and 2 items");
  EXPECT_EQ(complaint<Sized>(R"({"tags":["a","b","c"]})"), "tags: must have between 1 and 2 items");
  EXPECT_EQ(complaint<Sized>(R"({"pair":[1]})"), "pair: must have exactly 2 items");
  EXPECT_EQ(complaint<Sized>(R"({"scores":[1]})"), "scores: must have at least 2 items");
  EXPECT_EQ(complaint<Sized>(R"({"flags":[]})"), "flags: must have exactly 1 item");
  EXPECT_EQ(complaint<Sized>(R"({"counts":{"a":1,"b":2}})"), "counts: must have at most 1 member");
}

TEST(CodecErrors, HoldTheItemsOfAListToTheLimitsToo) {
  EXPECT_EQ(complaint<Sized>(R"({"tags":["a","abcde"]})"),
            "tags[1]: must have at most 4 characters");
  EXPECT_EQ(complaint<Sized>(R"({"scores":[1,6]})"), "scores[1]: must be between 1 and 5");
  EXPECT_EQ(complaint<Sized>(R"({"counts":{"a":-1}})"), "counts.a: must be at least 0");
  EXPECT_EQ(complaint<Sized>(R"({"low":-2})"), "low: must be at least -1");
  EXPECT_EQ(complaint<Sized>(R"({"high":0.75})"), "high: must be at most 0.5");
  EXPECT_EQ(complaint<Sized>(R"({"high":null})"), "(no error)");
}

TEST(CodecErrors, NameThePathThroughListsMapsAndStructs) {
  using Deep = One<std::vector<std::map<std::string, Place>>>;
  EXPECT_EQ(complaint<Deep>(R"({"value":[{},{"home":{"lat":1,"lon":true}}]})"),
            "value[1].home.lon: must be a number");
  EXPECT_EQ(complaint<Tree>(R"({"name":"a","children":[{"name":"b","children":[{"name":1}]}]})"),
            "children[0].children[0].name: must be a string");
  EXPECT_EQ(complaint<One<std::vector<bool>>>(R"({"value":[true,1]})"),
            "value[1]: must be true or false");
}

TEST(CodecErrors, PutTheCallersPathInFront) {
  auto document = json::Document::parse_copy(R"({"city":1})");
  ASSERT_TRUE(document);
  auto query = decode<Query>(document->root(), "arguments");
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().message, "arguments.city: must be a string");
}

TEST(CodecErrors, RepeatAtMostSixtyFourBytesOfAPeersName) {
  std::string const at_limit(64, 'a');
  EXPECT_EQ(complaint<None>("{\"" + at_limit + "\":1}"),
            at_limit + ": is not expected: no members are");
  EXPECT_EQ(complaint<None>("{\"" + at_limit + "b\":1}"),
            at_limit + ": is not expected: no members are");
  // A two-byte character across the limit goes as a whole.
  EXPECT_EQ(complaint<None>("{\"" + std::string(63, 'a') + "\xC3\xA9\":1}"),
            std::string(63, 'a') + ": is not expected: no members are");
}

}  // namespace
}  // namespace rampart::codec_test
