// Words of a command line as arguments: what each one becomes, and which are refused.
#include "client/arguments.hpp"

#include <gtest/gtest.h>

#include "json/document.hpp"

namespace rampart::client {
namespace {

constexpr std::string_view schema = R"({
  "type": "object",
  "properties": {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "flag": {"type": "boolean"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "numbers": {"type": "array", "items": {"type": "number"}},
    "point": {"type": "object"},
    "maybe_text": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    "maybe_number": {"anyOf": [{"type": "number"}, {"type": "null"}]},
    "either": {"type": ["number", "boolean"]},
    "colour": {"enum": ["red", "1"]},
    "level": {"enum": [1, 2]},
    "named": {"$ref": "#/$defs/amount"},
    "both": {"allOf": [{"$ref": "#/$defs/amount"}, {"minimum": 3}]},
    "round": {"$ref": "#/properties/round"},
    "anything": {}
  },
  "$defs": {"amount": {"type": "integer"}}
})";

Result<std::string> no_file(std::string const& path) {
  return fail(Errc::invalid_params, "cannot read " + path);
}

/// The arguments as JSON, or the message of the error.
std::string typed(std::vector<std::string> const& words, std::string_view text = schema,
                  ReadFile const& read_file = no_file) {
  auto const read = read_words(words, read_file);
  if (!read) return read.error().message;
  auto const document = json::Document::parse_copy(text);
  auto const out = tool_arguments(*read, document->root());
  return out ? *out : out.error().message;
}

TEST(Arguments, AValueIsWhatTheSchemaTakes) {
  EXPECT_EQ(typed({"text=12"}), R"({"text":"12"})");
  EXPECT_EQ(typed({"number=-1.50e3"}), R"({"number":-1.50e3})");
  EXPECT_EQ(typed({"number=12345678901234567890"}), R"({"number":12345678901234567890})");
  EXPECT_EQ(typed({"whole=7", "flag=true"}), R"({"whole":7,"flag":true})");
  EXPECT_EQ(typed({R"(point={"x": [1]})"}), R"({"point":{"x": [1]}})");
  EXPECT_EQ(typed({"either=false"}), R"({"either":false})");
  EXPECT_EQ(typed({"level=2"}), R"({"level":2})");
}

TEST(Arguments, TextWinsWhereASchemaTakesItToo) {
  EXPECT_EQ(typed({"maybe_text=null"}), R"({"maybe_text":"null"})");
  EXPECT_EQ(typed({"colour=1"}), R"({"colour":"1"})");
  EXPECT_EQ(typed({"maybe_number=null"}), R"({"maybe_number":null})");
}

TEST(Arguments, ReferencesAreFollowedAlsoInCircles) {
  EXPECT_EQ(typed({"named=3"}), R"({"named":3})");
  EXPECT_EQ(typed({"both=3"}), R"({"both":3})");
  EXPECT_EQ(typed({"named=x"}).substr(0, 35), "named: the tool wants a whole numbe");
  EXPECT_EQ(typed({"round=3"}), R"({"round":3})");
}

TEST(Arguments, WhatTheSchemaDoesNotKnowIsJsonIfItCanBe) {
  EXPECT_EQ(typed({"other=1", "more=[]", "zip=01234", "word=hello", "empty="}),
            R"({"other":1,"more":[],"zip":"01234","word":"hello","empty":""})");
  EXPECT_EQ(typed({"anything={}"}), R"({"anything":{}})");
  EXPECT_EQ(typed({"text=5"}, "true"), R"({"text":5})");
}

TEST(Arguments, AnArrayTakesItsItemsOneByOneOrAllAtOnce) {
  EXPECT_EQ(typed({"tags=a", "text=x", "tags=2"}), R"({"tags":["a","2"],"text":"x"})");
  EXPECT_EQ(typed({R"(tags=["a", "b"])", "tags=c"}), R"({"tags":["a", "b","c"]})");
  EXPECT_EQ(typed({"tags=[]"}), R"({"tags":[]})");
  EXPECT_EQ(typed({"tags=[]", "tags=a"}), R"({"tags":["a"]})");
  EXPECT_EQ(typed({"numbers=1", "numbers=2.5"}), R"({"numbers":[1,2.5]})");
  EXPECT_EQ(typed({"tags=[not json"}), R"({"tags":["[not json"]})");
}

TEST(Arguments, AWrongValueIsRefusedWithWhatIsWanted) {
  EXPECT_EQ(typed({"number=abc"}),
            "number: the tool wants a number, not \"abc\"; number:=JSON sends any JSON as it is");
  EXPECT_EQ(typed({"whole=1.5"}).substr(0, 36), "whole: the tool wants a whole number");
  EXPECT_EQ(typed({"flag=yes"}).substr(0, 34), "flag: the tool wants true or false");
  EXPECT_EQ(typed({"numbers=x"}).substr(0, 32), "numbers: the tool wants a number");
  EXPECT_EQ(typed({"number= 1"}).substr(0, 30), "number: the tool wants a numbe");
  EXPECT_EQ(typed({"text=a", "text=b"}), "text is given more than once");
}

TEST(Arguments, ColonEqualsSendsAnyJson) {
  EXPECT_EQ(typed({R"(number:="abc")"}), R"({"number":"abc"})");
  EXPECT_EQ(typed({"text:=null"}), R"({"text":null})");
  EXPECT_EQ(typed({"text:=abc"}).substr(0, 24), "text is no JSON: byte 0:");
  EXPECT_EQ(typed({"text:=1", "text=b"}), "text is given more than once");
}

TEST(Arguments, AValueMayComeFromAFile) {
  auto const file = [](std::string const& path) -> Result<std::string> {
    if (path == "all.json") return std::string(R"({"text": "from file", "flag": false})");
    if (path == "list.json") return std::string("[1]");
    return "contents of " + path;
  };
  EXPECT_EQ(typed({"text=@a.txt"}, schema, file), R"({"text":"contents of a.txt"})");
  EXPECT_EQ(typed({"text=@@home"}, schema, file), R"({"text":"@home"})");
  EXPECT_EQ(typed({"point:=@list.json"}, schema, file), R"({"point":[1]})");
  EXPECT_EQ(typed({"text=mine", "@all.json"}, schema, file), R"({"text":"mine","flag":false})");
  EXPECT_EQ(typed({"@list.json"}, schema, file), "a file of arguments has to hold a JSON object");
  EXPECT_EQ(typed({"text=@gone"}), "cannot read gone");
}

TEST(Arguments, WhatIsNoArgumentIsRefused) {
  EXPECT_EQ(typed({"hello"}),
            "\"hello\" is no argument: they are written key=value, key:=json or @file");
  EXPECT_EQ(typed({"=x"}).substr(0, 20), "\"=x\" is no argument:");
  EXPECT_EQ(typed({":=1"}).substr(0, 21), "\":=1\" is no argument:");
}

TEST(Arguments, OfPromptsAreTexts) {
  auto const arguments = [](std::vector<std::string> const& words) {
    auto const out = prompt_arguments(*read_words(words, no_file));
    return out ? *out : out.error().message;
  };
  EXPECT_EQ(arguments({}), "{}");
  EXPECT_EQ(arguments({"city=Oslo", "count=1"}), R"({"city":"Oslo","count":"1"})");
  EXPECT_EQ(arguments({"city:=1"}), "prompts take texts only: key=value");
  EXPECT_EQ(arguments({"city=a", "city=b"}), "city is given more than once");
}

}  // namespace
}  // namespace rampart::client
