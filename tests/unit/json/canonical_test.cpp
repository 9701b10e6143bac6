#include "json/canonical.hpp"

#include <gtest/gtest.h>

#include "json/document.hpp"

namespace rampart::json {
namespace {

std::string canonical_of(std::string_view text) {
  auto document = Document::parse_copy(text);
  return document ? canonical(document->root()) : document.error().message;
}

TEST(Canonical, SortsMembersAtEveryLevelByTheBytesOfTheirKeys) {
  EXPECT_EQ(canonical_of(R"( { "b" : 1 , "a" : { "z" : [ ] , "é" : { } , "Z" : 2 } } )"),
            R"({"a":{"Z":2,"z":[],"é":{}},"b":1})");
  EXPECT_EQ(canonical_of(R"({"\u0062":1,"a":2})"), canonical_of(R"({"a":2,"b":1})"));
}

TEST(Canonical, KeepsTheOrderOfItemsAndOfEqualKeys) {
  EXPECT_EQ(canonical_of(R"([3,1,2])"), "[3,1,2]");
  EXPECT_EQ(canonical_of(R"({"b":0,"a":2,"a":1})"), R"({"a":2,"a":1,"b":0})");
}

TEST(Canonical, WritesEqualNumbersAlikeAndNeverFoldsIntegers) {
  EXPECT_EQ(canonical_of("[1, 1.0, 1e0, 10.0e-1]"), "[1,1,1,1]");
  EXPECT_EQ(canonical_of("[9007199254740993, 18446744073709551615, -9223372036854775808]"),
            "[9007199254740993,18446744073709551615,-9223372036854775808]");
  EXPECT_EQ(canonical_of("[0, -0, 0.0, -0.0]"), "[0,0,0,0]");
  EXPECT_EQ(canonical_of("[0.50, 5e-1, 1e300]"), "[0.5,0.5,1e+300]");
}

TEST(Canonical, EscapesOnlyWhatMustBe) {
  EXPECT_EQ(canonical_of(R"(["\u00e9\/\u000a\u0041"])"), "[\"é/\\nA\"]");
}

TEST(Canonical, TellsDifferentValuesApart) {
  EXPECT_NE(canonical_of(R"(["1"])"), canonical_of("[1]"));
  EXPECT_NE(canonical_of(R"({"a":null})"), canonical_of("{}"));
  EXPECT_NE(canonical_of("[[]]"), canonical_of("[{}]"));
}

}  // namespace
}  // namespace rampart::json
