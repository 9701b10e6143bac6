// ECMA-262 syntax: what it matches here, and what is refused.
#include "json/pattern.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace rampart::json {
namespace {

PatternMatch search(std::string_view source, std::string_view text) {
  auto pattern = Pattern::compile(source);
  EXPECT_TRUE(pattern) << source << ": " << pattern.error().message;
  return pattern ? pattern->search(text) : PatternMatch::too_slow;
}

void expect_match(std::string_view source, std::string_view text) {
  EXPECT_EQ(search(source, text), PatternMatch::yes) << source << " on " << text;
}
void expect_no_match(std::string_view source, std::string_view text) {
  EXPECT_EQ(search(source, text), PatternMatch::no) << source << " on " << text;
}
std::string refused(std::string_view source) {
  auto pattern = Pattern::compile(source);
  EXPECT_FALSE(pattern) << source;
  if (pattern) return "";
  EXPECT_EQ(pattern.error().code, Errc::invalid_params);
  return pattern.error().message;
}

TEST(Pattern, IsSearchedForAnywhereInTheText) {
  expect_match("b+", "abbc");
  expect_no_match("^b+", "abbc");
  expect_match("", "");
}

TEST(Pattern, AnchorsMeanTheEndsOfTheTextNotOfALine) {
  expect_match("^a$", "a");
  expect_no_match("^a$", "a\n");
  expect_no_match("^a$", "b\na\nb");
  expect_no_match("(?=a)^a$", "a\n");
}

TEST(Pattern, DotStopsAtEveryLineTerminator) {
  expect_match("^.$", "é");
  expect_match("^.$", "😀");
  for (std::string_view terminator : {"\n", "\r", "\u2028", "\u2029"})
    expect_no_match("^.$", terminator);
  expect_match("^.$", "\u0085");
}

TEST(Pattern, ClassLettersMeanWhatEcmaSays) {
  expect_match(R"(^\d\w\D\W$)", "1_a-");
  expect_no_match(R"(\d)", "\u0663");
  expect_no_match(R"(\w)", "é");
  for (std::string_view space : {" ", "\t", "\n", "\v", "\f", "\r", "\u00A0", "\uFEFF", "\u1680",
                                 "\u2003", "\u2028", "\u202F", "\u205F", "\u3000"}) {
    expect_match(R"(^\s$)", space);
    expect_match(R"(^[\s]$)", space);
    expect_no_match(R"(\S)", space);
    expect_no_match(R"([\S])", space);
  }
  expect_no_match(R"(\s)", "\u180E");
  expect_match(R"(^[^\S]$)", "\u00A0");
  expect_match(R"(^[\s\S]+$)", "a\n\u2028");
}

TEST(Pattern, EscapesNameCodePoints) {
  expect_match(R"(^\u0041\u{1F600}\x41\cJ\0\t\v$)", std::string_view("A😀A\n\0\t\v", 10));
  expect_match(R"(^\uD83D\uDE00$)", "😀");
  expect_match(R"(^[\u{1F600}-\u{1F64F}]$)", "😀");
  expect_match(R"(^[\uD83D\uDE00]$)", "😀");
  expect_no_match(R"(\uD83D)", "😀");
  expect_match(R"(^[\b]$)", "\b");
  expect_match(R"(a\b)", "a b");
  expect_no_match(R"(a\B)", "a b");
}

TEST(Pattern, EscapedCharactersThatNeedNoEscapeMeanThemselves) {
  expect_match(R"(^\/\-\_\@\'\"\#\ \~\&\!\%\,\:\;\<\>\=\`$)", R"(/-_@'"# ~&!%,:;<>=`)");
  expect_match(R"(^\é$)", "é");
}

TEST(Pattern, LoneBracesAndBracketsMeanThemselves) {
  expect_match("^{a}]$", "{a}]");
  expect_match("^a{,2}$", "a{,2}");
  expect_match(R"(^\{\{.*\}\}$)", "{{name}}");
}

TEST(Pattern, EmptyClassNeverMatchesAndItsComplementAlwaysDoes) {
  expect_no_match("[]", "abc");
  expect_match("^[^]$", "\n");
  expect_match("^[^]$", "😀");
}

TEST(Pattern, ClassesTakeRangesHyphensAndBrackets) {
  expect_match(R"(^[a\-z]$)", "-");
  expect_match("^[a-]$", "-");
  expect_match("^[-a]$", "-");
  expect_match("^[[]$", "[");
  expect_match("^[[:alpha:]]$", ":]");
  expect_no_match("^[[:alpha:]]$", "b");
  expect_match(R"(^[\w-.]+$)", "a-.");
  expect_match(R"(^[\]\\^]+$)", "]\\^");
  expect_match("^[^a-c]$", "d");
  expect_no_match("^[\\W\\d]$", "a");
}

TEST(Pattern, UnicodePropertiesGoByLongAndShortNames) {
  for (std::string_view source :
       {R"(^\p{Letter}$)", R"(^\p{L}$)", R"(^\p{General_Category=Letter}$)", R"(^\p{gc=L}$)",
        R"(^\p{Script=Greek}$)", R"(^\p{sc=Grek}$)", R"(^\p{Script_Extensions=Greek}$)",
        R"(^\p{Alphabetic}$)", R"(^\p{Lowercase}$)", R"(^[\p{Lowercase_Letter}\d]$)", R"(^\P{N}$)",
        R"(^[^\p{N}]$)"}) {
    expect_match(source, "π");
    expect_no_match(source, "7 ");
  }
  expect_match(R"(^\p{ASCII}$)", "~");
  expect_match(R"(^\p{Any}$)", "😀");
  expect_match(R"(^\p{Emoji_Presentation}$)", "😀");
  expect_match(R"(^\p{Cased_Letter}$)", "a");
}

TEST(Pattern, GroupsMayHaveNames) {
  expect_match("^(?<year>\\d{4})-(?<month>\\d\\d)$", "2026-07");
  expect_match(R"(^(?<q>['"]).*\k<q>$)", "'a'");
  expect_no_match(R"(^(?<q>['"]).*\k<q>$)", "'a\"");
  expect_match(R"(^(?:a|b)+?c$)", "abac");
}

TEST(Pattern, BackreferencesRunOnTheBacktrackingEngine) {
  expect_match(R"(^(a)(b)\2\1$)", "abba");
  expect_match(R"(^(?:(a)|b)\1$)", "b");  // an unset group matches the empty string
  EXPECT_TRUE(Pattern::compile(R"((a)\1)")->backtracks());
  EXPECT_FALSE(Pattern::compile("(a)a")->backtracks());
}

TEST(Pattern, LookaroundsRunOnTheBacktrackingEngine) {
  expect_match("^(?=.*\\d)(?=.*[a-z]).{8,}$", "passw0rd");
  expect_no_match("^(?=.*\\d)(?=.*[a-z]).{8,}$", "password");
  expect_match("(?<=\\$)\\d+(?!\\d|%)", "$42");
  expect_match("(?<!a)b", "cb");
}

TEST(Pattern, RepetitionsBeyondTheLinearEngineStillWork) {
  expect_match("^a{1,4096}$", std::string(4096, 'a'));
  expect_no_match("^a{1,4096}$", std::string(4097, 'a'));
  expect_match("^([a-z]{0,63}){0,50}$", "abc");
}

TEST(Pattern, CatastrophicPatternsEndQuickly) {
  std::string bomb = std::string(40, 'a') + "!";
  expect_no_match("(a+)+$", bomb);  // linear
  EXPECT_EQ(search("(?=a)(a+)+$", bomb), PatternMatch::too_slow);
  EXPECT_EQ(search("^(?=a)(a|aa)+$", bomb), PatternMatch::too_slow);
  EXPECT_EQ(search("^(.*)\\1+[xy]$", std::string(50'000, 'a')), PatternMatch::too_slow);
  expect_match("(?=a)(a+)+$", std::string(40, 'a'));
}

TEST(Pattern, TheMatchLimitIsExactAtItsEdge) {
  auto pattern = Pattern::compile("^(?=a)a*b$");
  ASSERT_TRUE(pattern);
  std::string text = std::string(50, 'a') + "b";
  std::uint32_t enough = 1;
  while (pattern->search(text, enough) == PatternMatch::too_slow) ++enough;
  EXPECT_GT(enough, 1U);
  EXPECT_EQ(pattern->search(text, enough), PatternMatch::yes);
  EXPECT_EQ(pattern->search(text, enough - 1), PatternMatch::too_slow);
}

TEST(Pattern, WhatIsNotEcma262IsRefusedWithAReason) {
  EXPECT_EQ(refused(R"(\Aabc\Z)"), R"(not an ECMA-262 pattern: "\A" is not an escape)");
  EXPECT_EQ(refused("a**"), "not an ECMA-262 pattern: nothing to repeat before \"*\"");
  EXPECT_EQ(refused("a*+"), "not an ECMA-262 pattern: nothing to repeat before \"+\"");
  EXPECT_EQ(refused("(*UCP)a"), "not an ECMA-262 pattern: nothing to repeat before \"*\"");
  EXPECT_EQ(refused("(?i)a"), "not an ECMA-262 pattern: \"(?i\" begins no group");
  EXPECT_EQ(refused("(?P<n>a)"), "not an ECMA-262 pattern: \"(?P\" begins no group");
  for (std::string_view source : {"(",
                                  ")",
                                  "a)",
                                  "[a",
                                  "[b-a]",
                                  "\\",
                                  "\\u12",
                                  "\\u{110000}",
                                  "\\u{}",
                                  "\\x4",
                                  "\\p{",
                                  "\\p{}",
                                  "\\p{Klingon}",
                                  "\\p{Script=Klingon}",
                                  "\\pL",
                                  "\\1",
                                  "(a)\\2",
                                  "\\k<n>",
                                  "\\k",
                                  "(?<n>a)(?<n>b)",
                                  "(?<>a)",
                                  "(?<n",
                                  "a{2,1}",
                                  "+",
                                  "{1}",
                                  "|*",
                                  "^*",
                                  "\\c1",
                                  "\\01",
                                  "a{99999}",
                                  "\\Q",
                                  "[\\B]"})
    refused(source);
}

TEST(Pattern, ItsLengthIsBounded) {
  EXPECT_TRUE(Pattern::compile(std::string(max_pattern_bytes, 'a')));
  EXPECT_EQ(refused(std::string(max_pattern_bytes + 1, 'a')), "pattern is longer than 65536 bytes");
}

TEST(Pattern, TextThatIsNotUtf8DoesNotMatch) {
  expect_no_match("(?=a).", "\xFF");
  expect_no_match("(?=a).", "\xED\xA0\x80");
}

TEST(Pattern, CanBeMoved) {
  auto pattern = Pattern::compile("^a");
  ASSERT_TRUE(pattern);
  Pattern moved = std::move(*pattern);
  EXPECT_EQ(moved.source(), "^a");
  EXPECT_EQ(moved.search("ab"), PatternMatch::yes);
}

}  // namespace
}  // namespace rampart::json
