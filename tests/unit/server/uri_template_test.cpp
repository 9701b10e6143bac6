#include "server/uri_template.hpp"

#include <gtest/gtest.h>

namespace rampart::server {
namespace {

using Values = std::map<std::string, std::string>;

std::optional<Values> match(std::string_view text, std::string_view uri) {
  auto const parsed = UriTemplate::parse(text);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed->match(uri);
}

TEST(UriTemplate, APlainVariableTakesOnePathSegment) {
  EXPECT_EQ(match("notes://{id}", "notes://7"), (Values{{"id", "7"}}));
  EXPECT_EQ(match("notes://{id}/x", "notes://7/x"), (Values{{"id", "7"}}));
  EXPECT_EQ(match("notes://{id}", "notes://a/b"), std::nullopt);
  EXPECT_EQ(match("notes://{id}", "notes://"), std::nullopt) << "a value is never empty";
}

TEST(UriTemplate, PercentEncodedValuesAreDecodedSoASlashCanStandInAValue) {
  EXPECT_EQ(match("notes://{id}", "notes://a%2Fb%20c"), (Values{{"id", "a/b c"}}));
  EXPECT_EQ(match("notes://{id}", "notes://a%2"), std::nullopt);
}

TEST(UriTemplate, AReservedVariableTakesSlashes) {
  EXPECT_EQ(match("file:///{+path}", "file:///a/b.txt"), (Values{{"path", "a/b.txt"}}));
  EXPECT_EQ(match("page://{name}{#part}", "page://home#top"),
            (Values{{"name", "home"}, {"part", "top"}}));
}

TEST(UriTemplate, EachVariableTakesAsLittleAsTheRestAllows) {
  EXPECT_EQ(match("x://{a}-{b}", "x://1-2-3"), (Values{{"a", "1"}, {"b", "2-3"}}));
  EXPECT_EQ(match("x://{+a}/end", "x://p/end/q/end"), (Values{{"a", "p/end/q"}}));
}

TEST(UriTemplate, LiteralsMatchExactly) {
  EXPECT_TRUE(match("a://b", "a://b"));
  EXPECT_FALSE(match("a://b", "a://bc"));
  EXPECT_FALSE(match("a://{x}/b", "a://1/c"));
}

TEST(UriTemplate, WhatIsNoTemplateOfLevelTwoIsRefused) {
  for (std::string_view bad : {"a://{", "a://}", "a://{}", "a://{x}{x}", "a://{?q}", "a://{/p}",
                               "a://{x,y}", "a://{x*}", "a://{x:3}", "a://{ x}"})
    EXPECT_FALSE(UriTemplate::parse(bad)) << bad;
}

TEST(UriTemplate, AUriThatFitsInManyWaysButOneIsRefusedSoon) {
  // Each way to share the slashes out was tried: for hours.
  std::string const uri = "x://" + std::string(4'000, '/') + "%";
  EXPECT_FALSE(match("x://{+a}/{+b}/{+c}/{+d}", uri));
  EXPECT_TRUE(match("x://{+a}/{+b}/{+c}/{+d}", uri + "20"));
}

TEST(UriTemplate, AUriIsMatchedUpTo8192Bytes) {
  std::string const prefix = "n://";
  EXPECT_TRUE(match("n://{id}", prefix + std::string(8192 - prefix.size(), 'a')));
  EXPECT_FALSE(match("n://{id}", prefix + std::string(8193 - prefix.size(), 'a')));
}

}  // namespace
}  // namespace rampart::server
