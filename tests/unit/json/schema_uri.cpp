// References resolved as RFC 3986 has it.
#include "json/schema/uri.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

namespace rampart::json {
namespace {

TEST(SchemaUri, ResolvesTheExamplesOfRfc3986) {
  constexpr std::string_view base = "http://a/b/c/d;p?q";
  constexpr std::pair<std::string_view, std::string_view> examples[] = {
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g?y#s", "http://a/b/c/g?y#s"},
      {";x", "http://a/b/c/;x"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/../h", "http://a/b/c/h"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"g#s/../x", "http://a/b/c/g#s/../x"},
  };
  for (auto [reference, expected] : examples)
    EXPECT_EQ(resolve_uri(base, reference), expected) << reference;
}

TEST(SchemaUri, ResolvesAgainstNamesWithoutAPath) {
  EXPECT_EQ(resolve_uri("urn:uuid:1-2", "#/$defs/a"), "urn:uuid:1-2#/$defs/a");
  EXPECT_EQ(resolve_uri("http://a", "g"), "http://a/g");
  EXPECT_EQ(resolve_uri("schema:///", "node"), "schema:///node");
}

TEST(SchemaUri, TellsAbsoluteFromRelative) {
  EXPECT_TRUE(is_absolute_uri("urn:a"));
  EXPECT_TRUE(is_absolute_uri("https://a"));
  EXPECT_FALSE(is_absolute_uri("//a"));
  EXPECT_FALSE(is_absolute_uri("a/b:c"));
  EXPECT_FALSE(is_absolute_uri("1a:b"));
  EXPECT_FALSE(is_absolute_uri(""));
}

TEST(SchemaUri, DecodesWholeEscapesOnly) {
  EXPECT_EQ(percent_decode("a%22b%2fc"), "a\"b/c");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz%-1"), "%zz%-1");
}

}  // namespace
}  // namespace rampart::json
