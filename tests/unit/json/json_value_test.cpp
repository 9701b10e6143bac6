#include "rampart/json_value.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <limits>

namespace rampart {
namespace {

TEST(ToValue, KeepsEveryKindExactly) {
  auto value = to_value(Json::trusted(
      R"({"a":[null,true,-1,18446744073709551615,2.05,"x\ny"],"b":{"c":{}},"d":9007199254740993})"));
  ASSERT_TRUE(value);
  EXPECT_EQ(value->at("a").at(3).as_uint64(), 18446744073709551615u);
  EXPECT_EQ(value->at("a").at(2).as_int64(), -1);
  EXPECT_EQ(value->at("d").as_int64(), 9007199254740993);
  EXPECT_EQ(
      to_json(*value).text(),
      R"({"a":[null,true,-1,18446744073709551615,2.05,"x\ny"],"b":{"c":{}},"d":9007199254740993})");
}

TEST(ToValue, ReadsDoublesToTheLastDigit) {
  for (double expected : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, 8.589973e9, 4.35}) {
    Json json = to_json(expected);
    EXPECT_EQ(to_value(json)->to_number<double>(), expected) << json.text();
  }
}

TEST(ToValue, TakesTheFirstOfEqualKeysAsNodeFindDoes) {
  EXPECT_EQ(to_value(Json::trusted(R"({"a":1,"a":2})"))->at("a").as_int64(), 1);
}

TEST(ToValue, RefusesTrustedTextThatIsNotJson) {
  EXPECT_EQ(to_value(Json::trusted("{")).error().code, Errc::parse_error);
  EXPECT_EQ(to_value(Json::trusted("[1e400]")).error().code, Errc::invalid_params);
}

TEST(ToJson, WritesValidJsonWhateverTheValueHolds) {
  boost::json::value value = {
      {"nan", std::numeric_limits<double>::quiet_NaN()}, {"bytes", "a\xff"}, {"n", 20.5}};
  Json json = to_json(value);
  EXPECT_EQ(json.text(), "{\"nan\":null,\"bytes\":\"a\xEF\xBF\xBD\",\"n\":20.5}");
  EXPECT_TRUE(Json::parse(json.text()));
}

}  // namespace
}  // namespace rampart
