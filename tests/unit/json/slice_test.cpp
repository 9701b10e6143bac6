#include "json/slice.hpp"

#include <gtest/gtest.h>

#include "json/numbers.hpp"

namespace rampart::json {
namespace {

std::string reason(std::string_view text) {
  auto defect = find_defect(text);
  return defect ? std::to_string(defect->at) + " " + defect->reason : "valid";
}

TEST(FindDefect, AcceptsAllOfTheGrammar) {
  for (auto text : {"0", "-0", "1.5e+10", "1E5", "-12.25e-3", "\"\"", "true", " [ ] ", "{}",
                    "\t\r\n[1 , {\"a\" : [ ] }]\n", R"("\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00")",
                    "\"\x7f\xc3\xa9\xf0\x9f\x8e\x89\"", "99999999999999999999999", "1e999"}) {
    EXPECT_EQ(reason(text), "valid") << text;
  }
}

TEST(FindDefect, NamesTheFirstBrokenRule) {
  EXPECT_EQ(reason(""), "0 the text ends early");
  EXPECT_EQ(reason("  "), "2 the text ends early");
  EXPECT_EQ(reason("[1 2]"), "3 expected a comma or the end of the array");
  EXPECT_EQ(reason("{\"a\" 1}"), "5 expected a colon");
  EXPECT_EQ(reason("{\"a\":1 \"b\":2}"), "7 expected a comma or the end of the object");
  EXPECT_EQ(reason("{a:1}"), "1 expected a member name in quotes");
  EXPECT_EQ(reason("{\"a\":1,}"), "7 expected a member name in quotes");
  EXPECT_EQ(reason("[,1]"), "1 expected a value");
  EXPECT_EQ(reason("[1,]"), "3 expected a value");
  EXPECT_EQ(reason("tru"), "0 expected a value");
  EXPECT_EQ(reason("truex"), "4 something follows the value");
  EXPECT_EQ(reason("nan"), "0 expected a value");
  EXPECT_EQ(reason("01"), "1 a number must not begin with 0");
  EXPECT_EQ(reason("-"), "1 the text ends early");
  EXPECT_EQ(reason("-a"), "1 expected a digit");
  EXPECT_EQ(reason("+1"), "0 expected a value");
  EXPECT_EQ(reason(".5"), "0 expected a value");
  EXPECT_EQ(reason("1. "), "2 expected a digit");
  EXPECT_EQ(reason("1e "), "2 expected a digit");
  EXPECT_EQ(reason("1e+-2"), "3 expected a digit");
  EXPECT_EQ(reason("\"abc"), "4 the text ends early");
  EXPECT_EQ(reason("\"a\nb\""), "2 a control character in a string must be escaped");
  EXPECT_EQ(reason(R"("\x")"), "2 unknown escape in a string");
  EXPECT_EQ(reason(R"("\u12g4")"), "5 expected four hexadecimal digits");
  EXPECT_EQ(reason(R"("\ud800\u0041")"), "1 half of a surrogate pair in a string");
  EXPECT_EQ(reason(R"("\udc00")"), "1 half of a surrogate pair in a string");
  EXPECT_EQ(reason(R"("\ud800x")"), "1 half of a surrogate pair in a string");
  EXPECT_EQ(reason("\"\xc0\x80\""), "1 not UTF-8");
  EXPECT_EQ(reason("\"\xed\xa0\x80\""), "1 not UTF-8");
  EXPECT_EQ(reason("\"\xf4\x90\x80\x80\""), "1 not UTF-8");
  EXPECT_EQ(reason(std::string_view("[\0]", 3)), "1 expected a value");
  EXPECT_EQ(reason("// no\n1"), "0 expected a value");
  EXPECT_EQ(reason("\f1"), "0 expected a value");
}

TEST(FindDefect, CountsOnlyLevelsThatHoldSomething) {
  EXPECT_FALSE(find_defect("[[1]]", 2));
  EXPECT_FALSE(find_defect("[[[]]]", 2));
  EXPECT_FALSE(find_defect(R"({"a":{"b":{}}, "c":[[]]})", 2));
  EXPECT_STREQ(find_defect("[[[1]]]", 2)->reason, "nested too deep");
  EXPECT_STREQ(find_defect("[{\"a\":[1]}]", 2)->reason, "nested too deep");
}

TEST(SliceObject, GivesTheExactBytesOfEachMember) {
  std::string text = R"( { "jsonrpc" : "2.0", "id":7.0 , "params" : { "n" : [ 1.50,2 ] } } )";
  auto slices = slice_object(text);
  ASSERT_TRUE(slices);
  EXPECT_EQ(slices->find("jsonrpc"), R"("2.0")");
  EXPECT_EQ(slices->find("id"), "7.0");
  EXPECT_EQ(slices->find("params"), R"({ "n" : [ 1.50,2 ] })");
  EXPECT_EQ(slices->find("method"), std::nullopt);
  EXPECT_EQ(slices->members().size(), 3u);
  EXPECT_FALSE(slices->has_duplicate());
}

TEST(SliceObject, FindsAKeyHoweverItIsWritten) {
  std::string text = R"({"n\u0061me":1,"\ud83c\udf89":2,"a\"b":3,"":4})";
  for (auto slices : {slice_object(text), slice_valid_object(text)}) {
    ASSERT_TRUE(slices);
    auto moved = std::move(*slices);
    EXPECT_EQ(moved.find("name"), "1");
    EXPECT_EQ(moved.find("🎉"), "2");
    EXPECT_EQ(moved.find("a\"b"), "3");
    EXPECT_EQ(moved.find(""), "4");
    EXPECT_EQ(moved.find("n\\u0061me"), std::nullopt);
  }
}

TEST(SliceObject, TellsOfADuplicateKeyAlsoWhenOneIsEscaped) {
  auto slices = slice_object(R"({"name":1,"other":2,"n\u0061me":3})");
  ASSERT_TRUE(slices);
  EXPECT_EQ(slices->duplicate(), "name");
  EXPECT_EQ(slices->find("name"), "1");
  EXPECT_FALSE(slice_object(R"({"a":{"b":1},"c":{"b":2}})")->has_duplicate());
}

TEST(SliceObject, FindsDuplicatesAmongFewAndAmongMany) {
  for (int members : {2, 16, 17, 1000}) {
    std::string text = "{";
    for (int i = 0; i < members; ++i) text += "\"k" + std::to_string(i) + "\":0,";
    EXPECT_FALSE(slice_object(text + "\"last\":0}")->has_duplicate()) << members;
    EXPECT_EQ(slice_object(text + "\"k1\":0}")->duplicate(), "k1") << members;
  }
}

TEST(SliceObject, TellsWhatIsNotJsonFromWhatIsNoObject) {
  EXPECT_EQ(slice_object("[1]").error().code, Errc::invalid_request);
  EXPECT_EQ(slice_object("[1").error().code, Errc::parse_error);
  EXPECT_EQ(slice_object("{\"a\":1").error().code, Errc::parse_error);
  EXPECT_EQ(slice_object("{} x").error().message,
            "not JSON at byte 3: something follows the value");
  EXPECT_EQ(slice_object("{\"a\":[1,2,}").error().code, Errc::parse_error);
}

TEST(SliceValidObject, PassesOverBracketsInStrings) {
  auto slices = slice_valid_object(R"({"a":{"x":"}]\"{"},"b":[[],"]"],"c":-1.5e3,"d":true})");
  ASSERT_TRUE(slices);
  EXPECT_EQ(slices->find("a"), R"({"x":"}]\"{"})");
  EXPECT_EQ(slices->find("b"), R"([[],"]"])");
  EXPECT_EQ(slices->find("c"), "-1.5e3");
  EXPECT_EQ(slices->find("d"), "true");
}

TEST(SliceValidObject, RefusesTextThatEndsEarlyInsteadOfReadingOn) {
  std::string text = R"({"a":{"x":"y\u0041"},"b":[1,2],"c":-1.5e3,"d":true})";
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(slice_valid_object(text.substr(0, length))) << length;
  }
}

TEST(StringOf, ReadsAStringAndNothingElse) {
  EXPECT_EQ(string_of(R"("tools\/c\u0061ll")"), "tools/call");
  EXPECT_EQ(string_of(R"("plain")"), "plain");
  EXPECT_EQ(string_of("7"), std::nullopt);
  EXPECT_EQ(string_of("\"open"), std::nullopt);
  EXPECT_EQ(string_of("\"a\" \"b\""), std::nullopt);
}

TEST(NumberFits, KnowsTheBoundsOfIntegersAndDoubles) {
  for (auto fits : {"0", "-0", "18446744073709551615", "-9223372036854775808", "1e308", "1e-400",
                    "18446744073709551616.0", "0e99999999999999999999", "1e-99999999999999999999",
                    "0.0000000001e317", "-1.7976931348623157e308"}) {
    EXPECT_TRUE(number_fits(fits)) << fits;
  }
  for (auto not_fits : {"18446744073709551616", "-9223372036854775809", "1e309", "-1e400",
                        "1e99999999999999999999", "1000e306", "1.0e9223372036854775807"}) {
    EXPECT_FALSE(number_fits(not_fits)) << not_fits;
  }
  EXPECT_FALSE(number_fits(std::string(400, '9') + ".0"));
  EXPECT_TRUE(number_fits("0." + std::string(400, '0') + "1"));
}

TEST(FindPathOfBadNumber, NamesTheFirst) {
  EXPECT_EQ(find_path_of_bad_number(R"({"a":[1,2],"b":"99999999999999999999"})"), std::nullopt);
  EXPECT_EQ(find_path_of_bad_number(R"({"a":[1,{"b\u0063":[[1e400]]}],"z":1e401})"),
            "a[1].bc[0][0]");
  EXPECT_EQ(find_path_of_bad_number("-1e400"), "the top level");
  EXPECT_EQ(find_path_of_bad_number("[[],{},1e400]"), "[2]");
}

TEST(FindPathOfBadNumber, ShortensALongPathBetweenCharacters) {
  std::string text = "{\"" + std::string(99, 'a') + "éé" + std::string(500, 'b') + "\":1e400}";
  auto path = find_path_of_bad_number(text);
  ASSERT_TRUE(path);
  EXPECT_EQ(*path, std::string(99, 'a') + "..." + std::string(100, 'b'));
}

}  // namespace
}  // namespace rampart::json
