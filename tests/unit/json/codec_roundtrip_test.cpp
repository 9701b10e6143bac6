// Every type that has a JSON form comes back from its own JSON.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "unit/json/codec_types.hpp"

namespace rampart::codec_test {
namespace {

/// The JSON of `value`, after checking that it decodes to something with the same JSON.
template <class T>
std::string round_trip(T const& value) {
  std::string const text = encode(value);
  auto again = read<T>(text);
  EXPECT_TRUE(again.has_value()) << text;
  EXPECT_EQ(again ? encode(*again) : "", text);
  return text;
}

template <class T>
void expect_limits_survive() {
  using Limits = std::numeric_limits<T>;
  for (T value : {Limits::lowest(), T{0}, T{1}, Limits::max()}) {
    auto again = read<T>(encode(value));
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, value);
  }
}

TEST(CodecRoundTrip, KeepsTheLimitsOfEveryIntegerType) {
  expect_limits_survive<std::int8_t>();
  expect_limits_survive<std::uint8_t>();
  expect_limits_survive<std::int16_t>();
  expect_limits_survive<std::uint16_t>();
  expect_limits_survive<std::int32_t>();
  expect_limits_survive<std::uint32_t>();
  expect_limits_survive<std::int64_t>();
  expect_limits_survive<std::uint64_t>();
  expect_limits_survive<long long>();
  expect_limits_survive<unsigned long>();
}

TEST(CodecRoundTrip, KeepsFloatsAndDoublesExactly) {
  expect_limits_survive<float>();
  expect_limits_survive<double>();
  EXPECT_EQ(round_trip(0.1F), "0.1");
  EXPECT_EQ(round_trip(20.5), "20.5");
  EXPECT_EQ(round_trip(std::nextafter(1.0, 2.0)), "1.0000000000000002");
}

TEST(CodecRoundTrip, WritesWhatJsonHasNoNumberForAsNull) {
  EXPECT_EQ(encode(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(encode(std::numeric_limits<float>::infinity()), "null");
}

TEST(CodecRoundTrip, KeepsBooleansStringsAndAnyJson) {
  EXPECT_EQ(round_trip(true), "true");
  EXPECT_EQ(round_trip(std::string("a\"b\n\xC3\xA9")), "\"a\\\"b\\n\xC3\xA9\"");
  EXPECT_EQ(round_trip(Json::trusted(R"({"a":[1,null,"x"]})")), R"({"a":[1,null,"x"]})");
}

TEST(CodecRoundTrip, KeepsContainersOfContainers) {
  EXPECT_EQ(round_trip(std::vector<std::vector<int>>{{1, 2}, {}}), "[[1,2],[]]");
  EXPECT_EQ(round_trip(std::vector<bool>{true, false}), "[true,false]");
  EXPECT_EQ(round_trip(std::array<std::string, 2>{"a", "b"}), R"(["a","b"])");
  std::map<std::string, std::vector<Unit>> const map{{"a", {Unit::fahrenheit}}, {"b", {}}};
  EXPECT_EQ(round_trip(map), R"({"a":["fahrenheit"],"b":[]})");
  EXPECT_EQ(round_trip(std::vector<std::optional<int>>{1, std::nullopt}), "[1,null]");
}

TEST(CodecRoundTrip, KeepsNestedAndRecursiveStructs) {
  EXPECT_EQ(round_trip(Query{"Oslo", 5, Unit::fahrenheit}),
            R"({"city":"Oslo","days":5,"unit":"fahrenheit"})");
  EXPECT_EQ(round_trip(One<std::map<std::string, Place>>{{{"home", {59.9, 10.7}}}}),
            R"({"value":{"home":{"lat":59.9,"lon":10.7}}})");
  EXPECT_EQ(round_trip(Tree{"a", {Tree{"b", {}}}}),
            R"({"name":"a","children":[{"name":"b","children":[]}]})");
  EXPECT_EQ(round_trip(None{}), "{}");
}

struct Maybe {
  std::optional<int> given = 4;
  std::optional<int> needed;
  static constexpr auto fields =
      rampart::fields(optional<&Maybe::given>(""), required<&Maybe::needed>(""));
};

TEST(CodecRoundTrip, LeavesOutAnEmptyOptionalUnlessItsFieldIsRequired) {
  EXPECT_EQ(round_trip(Maybe{7, 8}), R"({"given":7,"needed":8})");
  EXPECT_EQ(encode(Maybe{std::nullopt, std::nullopt}), R"({"needed":null})");
}

TEST(CodecRoundTrip, TakesNullAsAnEmptyOptionalAndAbsenceAsTheDefault) {
  auto null = read<Maybe>(R"({"given":null,"needed":null})");
  ASSERT_TRUE(null);
  EXPECT_EQ(null->given, std::nullopt);
  EXPECT_EQ(null->needed, std::nullopt);
  auto absent = read<Maybe>(R"({"needed":1})");
  ASSERT_TRUE(absent);
  EXPECT_EQ(absent->given, 4);
}

TEST(CodecRoundTrip, TakesAWholeNumberWithAFractionPointAsAnInteger) {
  auto query = read<Query>(R"({"city":"Oslo","days":3.0})");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->days, 3);
}

// ---- enums

enum class Signed : signed char { below = -2, zero, above = 100 };
enum Plain : int { plain_a, plain_b };
enum class Wide : std::uint64_t { small = 255, huge = 0xFFFFFFFFFFFFFFFF };
enum class State { in_progress, done };
constexpr auto enum_names(State) {
  return std::array{EnumName{State::in_progress, "in-progress"}, EnumName{State::done, "done"}};
}
constexpr auto enum_names(Wide) {
  return std::array{EnumName{Wide::small, "small"}, EnumName{Wide::huge, "huge"}};
}
template <class T>
struct Holder {
  enum class Mode { fast, slow };
};

TEST(CodecEnums, HaveTheNamesOfTheirEnumerators) {
  EXPECT_EQ(round_trip(Signed::below), R"("below")");
  EXPECT_EQ(round_trip(Signed::zero), R"("zero")");
  EXPECT_EQ(round_trip(Signed::above), R"("above")");
  EXPECT_EQ(round_trip(plain_b), R"("plain_b")");
  EXPECT_EQ(round_trip(Holder<std::map<int, char>>::Mode::slow), R"("slow")");
}

TEST(CodecEnums, MayBeGivenOtherNames) {
  EXPECT_EQ(round_trip(State::in_progress), R"("in-progress")");
  EXPECT_EQ(round_trip(Wide::huge), R"("huge")");
  EXPECT_EQ(complaint<State>(R"("in_progress")"), "must be one of in-progress, done");
}

TEST(CodecEnums, ThrowWhenAValueWithoutANameIsEncoded) {
  EXPECT_THROW(encode(static_cast<Unit>(9)), std::logic_error);
}

// ---- strings where other types are due

struct Prompt {
  int count = 1;
  double scale = 1;
  bool loud = false;
  std::optional<std::uint64_t> seed;
  std::string text;
  static constexpr auto fields = rampart::fields(
      optional<&Prompt::count>("", Range{1, 9}), optional<&Prompt::scale>(""),
      optional<&Prompt::loud>(""), optional<&Prompt::seed>(""), optional<&Prompt::text>(""));
};

TEST(CodecStrings, AreConvertedOnRequest) {
  auto prompt = read<Prompt>(
      R"({"count":"7","scale":"-2.5e1","loud":"true","seed":"18446744073709551615","text":"3"})",
      Strings::convert);
  ASSERT_TRUE(prompt) << prompt.error().message;
  EXPECT_EQ(prompt->count, 7);
  EXPECT_EQ(prompt->scale, -25);
  EXPECT_TRUE(prompt->loud);
  EXPECT_EQ(prompt->seed, 18446744073709551615U);
  EXPECT_EQ(prompt->text, "3");
}

TEST(CodecStrings, AreHeldToTheSameRules) {
  EXPECT_EQ(complaint<Prompt>(R"({"count":"10"})", Strings::convert),
            "count: must be between 1 and 9");
  EXPECT_EQ(complaint<Prompt>(R"({"count":"7 "})", Strings::convert), "count: must be an integer");
  EXPECT_EQ(complaint<Prompt>(R"({"scale":""})", Strings::convert), "scale: must be a number");
  EXPECT_EQ(complaint<Prompt>(R"({"scale":"inf"})", Strings::convert), "scale: must be a number");
  EXPECT_EQ(complaint<Prompt>(R"({"loud":"yes"})", Strings::convert),
            "loud: must be true or false");
  EXPECT_EQ(complaint<Prompt>(R"({"count":"7"})"), "count: must be an integer");
}

}  // namespace
}  // namespace rampart::codec_test
