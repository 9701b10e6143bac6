#include "json/document.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace rampart::json {
namespace {

Error error_of(std::string_view text) {
  auto document = Document::parse_copy(text);
  return document ? Error(Errc::internal, "parsed") : document.error();
}

std::string nested(std::size_t levels, std::string_view inner) {
  return std::string(levels, '[').append(inner) + std::string(levels, ']');
}

TEST(Document, GivesEveryKindOfValue) {
  auto document = Document::parse_copy(
      R"({"n":null,"t":true,"i":-7,"u":18446744073709551615,"d":2.5,"s":"a\"b","a":[1,2],"o":{"x":1}})");
  ASSERT_TRUE(document);
  Node root = document->root();
  EXPECT_EQ(root.kind(), Node::Kind::object);
  EXPECT_EQ(root.size(), 8u);
  EXPECT_TRUE(root.find("n")->is_null());
  EXPECT_EQ(root.find("t")->as_bool(), true);
  EXPECT_EQ(root.find("i")->as_int64(), -7);
  EXPECT_EQ(root.find("i")->as_uint64(), std::nullopt);
  EXPECT_EQ(root.find("u")->as_uint64(), 18446744073709551615u);
  EXPECT_EQ(root.find("u")->as_int64(), std::nullopt);
  EXPECT_EQ(root.find("u")->kind(), Node::Kind::unsigned_integer);
  EXPECT_EQ(root.find("d")->as_double(), 2.5);
  EXPECT_EQ(root.find("d")->as_int64(), std::nullopt);
  EXPECT_EQ(root.find("s")->as_string(), "a\"b");
  EXPECT_EQ(root.find("a")->size(), 2u);
  EXPECT_EQ(root.find("o")->find("x")->as_double(), 1.0);
  EXPECT_FALSE(root.find("absent"));
  EXPECT_FALSE(root.find("s")->find("x"));
  EXPECT_EQ(root.find("s")->size(), 0u);
}

TEST(Document, ReadsIntegralDoublesAsIntegersAtTheirBounds) {
  auto document = Document::parse_copy(
      "[3.0, -9223372036854775808.0, 9223372036854775808.0, 18446744073709551616.0, -1.0, -0.0]");
  ASSERT_TRUE(document);
  std::vector<Node> items;
  for (Node item : document->root().items()) items.push_back(item);
  EXPECT_EQ(items[0].as_int64(), 3);
  EXPECT_EQ(items[0].as_uint64(), 3u);
  EXPECT_EQ(items[1].as_int64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(items[2].as_int64(), std::nullopt);
  EXPECT_EQ(items[2].as_uint64(), 9223372036854775808u);
  EXPECT_EQ(items[3].as_uint64(), std::nullopt);
  EXPECT_EQ(items[4].as_uint64(), std::nullopt);
  EXPECT_EQ(items[5].as_uint64(), 0u);
}

TEST(Document, IteratesMembersAndItemsInOrderAndNothingElse) {
  auto document = Document::parse_copy(R"({"b":[1,[2],{}],"a":"x"})");
  ASSERT_TRUE(document);
  std::string seen;
  for (auto [key, value] : document->root().members()) {
    seen += std::string(key) + "=" + value.text() + ";";
    for (Node item : value.items()) seen += item.text() + ",";
  }
  EXPECT_EQ(seen, R"(b=[1,[2],{}];1,[2],{},a="x";)");
  for (auto member : document->root().find("a")->members()) FAIL() << member.first;
  for (Node item : document->root().items()) FAIL() << item.text();
}

TEST(Document, TextIsMinifiedAndKeepsOrderAndIntegers) {
  auto document = Document::parse_copy(
      " { \"z\" : [ 1.50 , 9007199254740993 , true ] , \"a\\u0041\" : null } ");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().text(), R"({"z":[1.5,9007199254740993,true],"aA":null})");
}

TEST(Document, LeavesTheTextAsItWasAndDoesNotNeedItAfterwards) {
  std::optional<std::string> text = R"({"name":"a\u0062c"})";
  auto document = Document::parse(*text);
  EXPECT_EQ(*text, R"({"name":"a\u0062c"})");
  text->assign(100, 'x');
  text.reset();
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().find("name")->as_string(), "abc");
}

TEST(Document, StaysValidWhileOthersAreParsed) {
  auto first = Document::parse_copy(R"({"a":1})");
  ASSERT_TRUE(first);
  {
    auto second = Document::parse_copy(R"({"b":2})");
    auto third = Document::parse_copy(R"({"c":3})");
    auto broken = Document::parse_copy("{");
    auto fourth = Document::parse_copy(R"({"d":4})");
    auto fifth = Document::parse_copy(R"({"e":5})");
    EXPECT_FALSE(broken);
    EXPECT_EQ(second->root().text() + third->root().text(), R"({"b":2}{"c":3})");
    EXPECT_EQ(fourth->root().text() + fifth->root().text(), R"({"d":4}{"e":5})");
  }
  auto later = Document::parse_copy(R"({"f":6})");
  EXPECT_EQ(first->root().text(), R"({"a":1})");
  EXPECT_EQ(later->root().text(), R"({"f":6})");
}

TEST(Document, StaysValidWhenDocumentsEndOutOfOrder) {
  std::optional<Document> a = std::move(*Document::parse_copy("[1]"));
  std::optional<Document> b = std::move(*Document::parse_copy("[2]"));
  a.reset();
  auto c = Document::parse_copy("[3]");
  EXPECT_EQ(b->root().text(), "[2]");
  EXPECT_EQ(c->root().text(), "[3]");
}

TEST(Document, ParsesAfterAVeryLongDocument) {
  std::string longest = "[\"" + std::string(3'000'000, 'x') + "\"]";
  {
    auto document = Document::parse(longest);
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root().items().begin().operator*().as_string()->size(), 3'000'000u);
  }
  EXPECT_TRUE(Document::parse_copy("[1]"));
  EXPECT_TRUE(Document::parse_copy(longest));
}

TEST(Document, HasItsOwnParsersOnEachThread) {
  auto here = Document::parse_copy("[1]");
  std::thread([] {
    auto there = Document::parse_copy("[2]");
    EXPECT_EQ(there->root().text(), "[2]");
  }).join();
  EXPECT_EQ(here->root().text(), "[1]");
}

TEST(Document, NamesTheByteWhereTextStopsBeingJson) {
  EXPECT_EQ(error_of("[1,]").code, Errc::parse_error);
  EXPECT_EQ(error_of("[1,]").message, "not JSON at byte 3: expected a value");
  EXPECT_EQ(error_of("").message, "not JSON at byte 0: the text ends early");
  EXPECT_EQ(error_of("\xEF\xBB\xBF{}").message, "not JSON at byte 0: expected a value");
  EXPECT_EQ(error_of("[01]").message, "not JSON at byte 2: a number must not begin with 0");
  EXPECT_EQ(error_of("[\"\\ud800\"]").message,
            "not JSON at byte 2: half of a surrogate pair in a string");
  EXPECT_EQ(error_of("[\"\xff\"]").message, "not JSON at byte 2: not UTF-8");
  EXPECT_EQ(error_of("{} {}").message, "not JSON at byte 3: something follows the value");
}

TEST(Document, CallsANumberOutOfRangeInvalidParamsWithItsPath) {
  Error error = error_of(R"({"params":{"arguments":{"ids":[1,18446744073709551616]}}})");
  EXPECT_EQ(error.code, Errc::invalid_params);
  EXPECT_EQ(error.message, "number out of range at params.arguments.ids[1]");
  EXPECT_EQ(error_of("1e400").message, "number out of range at the top level");
}

TEST(Document, AcceptsTheDeepestNestingAndRefusesOneMore) {
  EXPECT_TRUE(Document::parse_copy(nested(default_max_depth, "1")));
  EXPECT_EQ(error_of(nested(default_max_depth + 1, "1")).message,
            "not JSON at byte 129: nested too deep");
  EXPECT_TRUE(Document::parse_copy(nested(default_max_depth, "{}")));
  std::string hostile = nested(100'000, "1");
  EXPECT_EQ(error_of(hostile).code, Errc::parse_error);
}

TEST(Json, ParseValidatesAndKeepsTheTextOnOneLine) {
  auto json = Json::parse("{\n  \"a\": \"x\\ny\",\r\n \"b\": 1.0 }");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->text(), "{   \"a\": \"x\\ny\",   \"b\": 1.0 }");
  EXPECT_EQ(Json::parse("{").error().code, Errc::parse_error);
  EXPECT_EQ(Json().text(), "null");
}

}  // namespace
}  // namespace rampart::json
