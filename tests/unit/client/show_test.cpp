// Results and lists as text: everything is shown or described, nothing steers the terminal.
#include "client/show.hpp"

#include <gtest/gtest.h>

#include "client/text.hpp"

namespace rampart::client {
namespace {

std::string tool(std::string const& members) { return readable_tool_result("{" + members + "}"); }

TEST(Show, TextsOfAToolFollowEachOther) {
  EXPECT_EQ(tool(R"("content":[{"type":"text","text":"one"},{"type":"text","text":"two\n"}])"),
            "one\ntwo\n");
  EXPECT_EQ(tool(R"("content":[])"), "");
}

TEST(Show, WhatIsNoTextIsDescribed) {
  EXPECT_EQ(tool(R"("content":[{"type":"image","mimeType":"image/png","data":"AAAA"}])"),
            "[image image/png, 3 B]\n");
  EXPECT_EQ(tool(R"("content":[{"type":"audio","mimeType":"audio/wav","data":"AAA="}])"),
            "[audio audio/wav, 2 B]\n");
  EXPECT_EQ(tool(R"("content":[{"type":"resource_link","uri":"a://b","name":"n","title":"T"}])"),
            "[link a://b: T]\n");
  EXPECT_EQ(tool(R"("content":[{"type":"resource","resource":{"uri":"a://b","text":"hi"}}])"),
            "[resource a://b]\nhi\n");
  EXPECT_EQ(
      tool(
          R"("content":[{"type":"resource","resource":{"uri":"a://b","mimeType":"x/y","blob":"AA=="}}])"),
      "[resource a://b, x/y]\n[data x/y, 1 B]\n");
  EXPECT_EQ(tool(R"("content":[{"type":"hologram","size":3}])"),
            "{\n  \"type\": \"hologram\",\n  \"size\": 3\n}\n");
}

TEST(Show, StructuredContentIsShownOnce) {
  auto const structured = R"("structuredContent":{"a":1,"b":[]})";
  auto const shown = "{\n  \"a\": 1,\n  \"b\": []\n}\n";
  EXPECT_EQ(tool(structured), shown);
  EXPECT_EQ(tool(R"("content":[{"type":"text","text":"{\"b\": [], \"a\": 1.0}"}],)" +
                 std::string(structured)),
            shown);
  EXPECT_EQ(tool(R"("content":[{"type":"text","text":"a is one"}],)" + std::string(structured)),
            "a is one\n" + std::string(shown));
}

TEST(Show, StructuredContentThatOnlyWrapsTheTextIsLeftOut) {
  EXPECT_EQ(tool(R"("content":[{"type":"text","text":"hi"}],"structuredContent":{"result":"hi"})"),
            "hi\n");
  EXPECT_EQ(tool(R"("content":[{"type":"text","text":"[1]"}],"structuredContent":{"all":[1.0]})"),
            "[1]\n");
  EXPECT_EQ(tool(R"("content":[{"type":"text","text":"hi"}],"structuredContent":{"result":"ho"})"),
            "hi\n{\n  \"result\": \"ho\"\n}\n");
}

TEST(Show, ControlCharactersAreVisible) {
  EXPECT_EQ(tool(R"("content":[{"type":"text","text":"\u001b[2J\tx\u009b\u007f"}])"),
            "\\x1b[2J\tx\\x9b\\x7f\n");
  EXPECT_EQ(visible("a\xff"), "a\xef\xbf\xbd");
}

TEST(Show, AFailedToolIsKnown) {
  EXPECT_TRUE(is_tool_error(R"({"isError":true})"));
  EXPECT_FALSE(is_tool_error(R"({"isError":false})"));
  EXPECT_FALSE(is_tool_error("{}"));
}

TEST(Show, ResourcesAreNamedWhenThereAreSeveral) {
  EXPECT_EQ(readable_resource(R"({"contents":[{"uri":"a://1","text":"x"}]})"), "x\n");
  EXPECT_EQ(readable_resource(
                R"({"contents":[{"uri":"a://1","text":"x"},{"uri":"a://2","blob":"AAAA"}]})"),
            "[resource a://1]\nx\n[resource a://2]\n[data, 3 B]\n");
}

TEST(Show, PromptsSayWhoSpeaks) {
  EXPECT_EQ(readable_prompt(
                R"({"messages":[{"role":"user","content":{"type":"text","text":"hi"}}]})", Style{}),
            "user:\nhi\n");
}

TEST(Show, ASynopsisTellsHowAToolIsCalled) {
  EXPECT_EQ(synopsis(R"({"name":"t","inputSchema":{"required":["b"],"properties":{
    "a":{"type":"string"},"b":{"type":"integer"},"c":{"type":"boolean"},"d":{"enum":["x","y",3]},
    "e":{"type":"array","items":{"type":"string"}},"f":{"type":"object"},"g":{},
    "h":{"type":"array","items":{"type":"object"}}}}})",
                     ListKind::tools),
            "t b=INTEGER [a=TEXT] [c=true|false] [d=x|y|3] [e=TEXT...] [f=JSON] [g=VALUE] "
            "[h=JSON...]");
  EXPECT_EQ(synopsis(R"({"name":"p","arguments":[{"name":"o"},{"name":"r","required":true}]})",
                     ListKind::prompts),
            "p r=TEXT [o=TEXT]");
  EXPECT_EQ(synopsis(R"({"uri":"a://b","name":"n","mimeType":"text/x"})", ListKind::resources),
            "a://b (text/x)");
}

TEST(Text, JsonIsLaidOutAsItIsWritten) {
  EXPECT_EQ(pretty(R"({"a":[1.50,"x{,}\"]"],"b":{},"c":[[]]})"),
            "{\n  \"a\": [\n    1.50,\n    \"x{,}\\\"]\"\n  ],\n  \"b\": {},\n  \"c\": [\n    []\n "
            " ]\n}");
  EXPECT_EQ(pretty("3"), "3");
}

TEST(Text, SizesAndNumbersAreReadable) {
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(21'449), "21.4 kB");
  EXPECT_EQ(human_bytes(999'960), "1.0 MB");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(grouped(123), "123");
  EXPECT_EQ(counted(1, "tool"), "1 tool");
  EXPECT_EQ(counted(0, "tool"), "0 tools");
}

TEST(Text, AFirstLineIsCutBetweenCharacters) {
  EXPECT_EQ(first_line("\n  hello\nworld", 100), "hello");
  EXPECT_EQ(first_line("\xc3\xa4\xc3\xa4", 3), "\xc3\xa4…");
}

}  // namespace
}  // namespace rampart::client
