// Forms of elicitations: how they are asked, and how what was typed is read.
#include "client/form.hpp"

#include <gmock/gmock.h>

namespace rampart::client {
namespace {

Field field(std::string const& schema, bool required = false) {
  auto const form = read_form(R"({"type":"object","properties":{"f":)" + schema + "}" +
                              (required ? R"(,"required":["f"])" : "") + "}");
  return form ? form->at(0) : Field{};
}

/// The JSON that comes of it, or the message.
std::string typed(std::string const& schema, std::string_view text) {
  auto const value = read_typed(field(schema), text);
  return value ? *value : value.error().message;
}

constexpr auto friends =
    R"({"type":"string","oneOf":[{"const":"m","title":"Monica"},{"const":"r"}]})";
constexpr auto sports = R"({"type":"array","maxItems":2,"items":{"enum":["run","swim","ski"]}})";

TEST(Form, EveryKindOfFieldIsRead) {
  EXPECT_EQ(typed(R"({"type":"string"})", " Ada "), R"(" Ada ")");
  EXPECT_EQ(typed(R"({"type":"integer"})", " 42 "), "42");
  EXPECT_EQ(typed(R"({"type":"number"})", "1.5e3"), "1.5e3");
  EXPECT_EQ(typed(R"({"type":"boolean"})", "Yes"), "true");
  EXPECT_EQ(typed(R"({"type":"boolean"})", "n"), "false");
  EXPECT_EQ(typed(sports, "run, 3"), R"(["run","ski"])");
  EXPECT_EQ(typed(sports, ""), "[]");
}

TEST(Form, AnOptionIsChosenByValueTitleOrNumber) {
  EXPECT_EQ(typed(friends, "m"), R"("m")");
  EXPECT_EQ(typed(friends, "Monica"), R"("m")");
  EXPECT_EQ(typed(friends, "2"), R"("r")");
  EXPECT_EQ(typed(R"({"type":"string","enum":["a","b"],"enumNames":["A!","B!"]})", "B!"), R"("b")");
  EXPECT_EQ(typed(R"({"type":"array","items":{"anyOf":[{"const":"x","title":"Ex"}]}})", "Ex"),
            R"(["x"])");
  // A value wins over the number that it looks like.
  EXPECT_EQ(typed(R"({"type":"string","enum":["2","1"]})", "1"), R"("1")");
}

TEST(Form, AWrongValueIsRefusedWithTheRule) {
  EXPECT_EQ(typed(R"({"type":"integer"})", "4.5"), "please type a whole number");
  EXPECT_EQ(typed(R"({"type":"number"})", "many"), "please type a number");
  EXPECT_EQ(typed(R"({"type":"boolean"})", "maybe"), "please type y or n");
  EXPECT_EQ(typed(friends, "3"), "please type one of the options or its number");
  EXPECT_EQ(typed(friends, ""), "please type one of the options or its number");
  EXPECT_EQ(typed(sports, "run,dive"), "please type one of the options or its number");
  EXPECT_THAT(typed(R"({"type":"integer","maximum":9})", "10"), testing::HasSubstr("at most 9"));
  EXPECT_THAT(typed(R"({"type":"string","minLength":3})", "ab"), testing::HasSubstr("3"));
  EXPECT_THAT(typed(sports, "run,swim,ski"), testing::HasSubstr("2"));
}

TEST(Form, AQuestionShowsWhatAnEmptyLineStandsFor) {
  EXPECT_EQ(question(field(R"({"type":"string","title":"Name","description":"Yours"})", true)),
            "  Name (Yours) [required]: ");
  EXPECT_EQ(question(field(R"({"type":"string"})")), "  f [empty: skip]: ");
  EXPECT_EQ(question(field(R"({"type":"string","default":"Ada"})")), "  f [Ada]: ");
  EXPECT_EQ(question(field(R"({"type":"integer","default":3})")), "  f [3]: ");
  EXPECT_EQ(question(field(R"({"type":"boolean","default":true})")), "  f [Y/n]: ");
  EXPECT_EQ(question(field(R"({"type":"boolean"})", true)), "  f [y/n]: ");
  EXPECT_EQ(question(field(friends, true)),
            "  f\n    1  m  Monica\n    2  r\n  one of them [required]: ");
  EXPECT_EQ(field(R"({"type":"string","default":"Ada"})").preset, R"("Ada")");
}

TEST(Form, WhatCouldSteerATerminalIsShown) {
  auto const asked = question(field(R"({"type":"string","title":"\u001b[31mred\nsecond line"})"));
  EXPECT_EQ(asked, "  \\x1b[31mred [empty: skip]: ");
}

TEST(Form, WhatIsNoFlatFormIsRefused) {
  EXPECT_FALSE(read_form("{}"));
  EXPECT_FALSE(read_form("nonsense"));
  EXPECT_FALSE(read_form(R"({"properties":{"f":{"type":"object"}}})"));
  EXPECT_FALSE(read_form(R"({"properties":{"f":{"type":"array","items":{"type":"string"}}}})"));
  EXPECT_TRUE(read_form(R"({"properties":{}})")->empty());
}

}  // namespace
}  // namespace rampart::client
