#include "protocol/mcp_headers.hpp"

#include <gtest/gtest.h>

#include <map>

#include "json/document.hpp"

namespace rampart::protocol {
namespace {

class Headers final : public HeaderSource {
 public:
  Headers(std::initializer_list<std::pair<std::string const, std::string>> lines) : lines_(lines) {}
  std::optional<std::string_view> find(std::string_view name) const override {
    auto const it = lines_.find(std::string(name));
    return it == lines_.end() ? std::nullopt : std::optional<std::string_view>(it->second);
  }
  bool conflicting(std::string_view name) const override {
    auto const [begin, end] = lines_.equal_range(std::string(name));
    for (auto it = begin; it != end; ++it)
      if (it->second != begin->second) return true;
    return false;
  }

 private:
  std::multimap<std::string, std::string> lines_;
};

std::string method_problem(Headers const& headers, std::string_view message) {
  auto const document = json::Document::parse_copy(message);
  auto const done = check_method_headers(headers, *read_envelope(document->root()));
  if (!done) {
    EXPECT_EQ(done.error().code, Errc::header_mismatch);
  }
  return done ? "" : done.error().message;
}

std::string param_problem(Headers const& headers, std::string_view schema,
                          std::string_view arguments) {
  auto const schema_document = json::Document::parse_copy(schema);
  auto const params = mirrored_params(schema_document->root());
  if (!params) return params.error().message;
  auto const document = json::Document::parse_copy(arguments);
  auto const done = check_param_headers(headers, *params, document->root());
  return done ? "" : done.error().message;
}

std::string declaration_problem(std::string_view schema) {
  auto const document = json::Document::parse_copy(schema);
  auto const params = mirrored_params(document->root());
  return params ? "" : params.error().message;
}

constexpr std::string_view call =
    R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"écho"}})";

TEST(McpHeaders, TheVersionHeaderEqualsTheBodys) {
  EXPECT_TRUE(check_version_header(Headers{{"MCP-Protocol-Version", "2026-07-28"}}, "2026-07-28"));
  EXPECT_FALSE(check_version_header(Headers{{"MCP-Protocol-Version", "2025-11-25"}}, "2026-07-28"));
  EXPECT_FALSE(check_version_header(Headers{}, "2026-07-28"));
}

TEST(McpHeaders, ANameMayTravelAsBase64) {
  EXPECT_EQ(
      method_problem({{"Mcp-Method", "tools/call"}, {"Mcp-Name", "=?base64?w6ljaG8=?="}}, call),
      "");
  EXPECT_NE(method_problem({{"Mcp-Method", "tools/call"}, {"Mcp-Name", "écho"}}, call), "")
      << "raw bytes beyond ASCII are refused";
  EXPECT_NE(method_problem({{"Mcp-Method", "tools/call"}, {"Mcp-Name", "echo"}}, call), "");
}

TEST(McpHeaders, MissingAndDifferentMethodHeadersAreNamed) {
  EXPECT_EQ(method_problem({{"Mcp-Name", "x"}}, call), "Mcp-Method header is missing");
  EXPECT_EQ(method_problem({{"Mcp-Method", "tools/call"}}, call), "Mcp-Name header is missing");
  EXPECT_EQ(method_problem({{"Mcp-Method", "tools/list"}, {"Mcp-Name", "x"}}, call),
            "Mcp-Method header and the body's method differ");
}

TEST(McpHeaders, MethodNamesAreCaseSensitive) {
  constexpr std::string_view list = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";
  EXPECT_EQ(method_problem({{"Mcp-Method", "tools/list"}}, list), "");
  EXPECT_NE(method_problem({{"Mcp-Method", "Tools/List"}}, list), "");
}

TEST(McpHeaders, RepeatedLinesMustAgree) {
  constexpr std::string_view list = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";
  EXPECT_EQ(method_problem({{"Mcp-Method", "tools/list"}, {"Mcp-Method", "tools/list"}}, list), "");
  EXPECT_NE(method_problem({{"Mcp-Method", "tools/list"}, {"Mcp-Method", "tools/call"}}, list)
                .find("twice"),
            std::string::npos);
}

TEST(HeaderValue, OnlyTheWholeFormIsDecoded) {
  EXPECT_EQ(*decode_header_value("=?base64?SGVsbG8=?="), "Hello");
  EXPECT_EQ(*decode_header_value("=?base64?"
                                 "?="),
            "");
  for (std::string_view plain :
       {"Hello", "", "=?base64?SGVsbG8=", "x=?base64?SGVsbG8=?=", "=?base64?="})
    EXPECT_EQ(*decode_header_value(plain), plain);
}

TEST(HeaderValue, ABadPayloadIsAMismatch) {
  for (std::string_view bad : {"=?base64?SGVsbG8?=", "=?base64?SGVs bG8=?=", "=?base64?%%%?=",
                               "=?base64?/w==?=" /* the byte ff */}) {
    auto const decoded = decode_header_value(bad);
    ASSERT_FALSE(decoded) << bad;
    EXPECT_EQ(decoded.error().code, Errc::header_mismatch);
  }
}

constexpr std::string_view region =
    R"({"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}})";
constexpr std::string_view size =
    R"({"type":"object","properties":{"size":{"type":"integer","x-mcp-header":"Size"}}})";

TEST(ParamHeaders, AStringIsComparedByteByByteAfterDecoding) {
  EXPECT_EQ(param_problem({{"Mcp-Param-Region", "eu"}}, region, R"({"region":"eu"})"), "");
  EXPECT_EQ(param_problem({{"Mcp-Param-Region", "=?base64?w7w=?="}}, region, R"({"region":"ü"})"),
            "");
  EXPECT_EQ(param_problem({{"Mcp-Param-Region", "EU"}}, region, R"({"region":"eu"})"),
            "Mcp-Param-Region header and the argument differ");
  EXPECT_NE(param_problem({{"Mcp-Param-Region", "3"}}, region, R"({"region":3})"), "");
}

TEST(ParamHeaders, HeaderAndArgumentComeTogetherOrNotAtAll) {
  EXPECT_EQ(param_problem({}, region, "{}"), "");
  EXPECT_EQ(param_problem({}, region, R"({"region":null})"), "") << "null counts as absent";
  EXPECT_EQ(param_problem({}, region, R"({"region":"eu"})"), "Mcp-Param-Region header is missing");
  EXPECT_NE(param_problem({{"Mcp-Param-Region", "eu"}}, region, "{}").find("no such value"),
            std::string::npos);
}

TEST(ParamHeaders, IntegersAreComparedAsNumbers) {
  for (auto const& [header, body] : {std::pair("42", "42"),
                                     {"42.0", "42"},
                                     {"42", "42.0"},
                                     {"-7", "-7"},
                                     {"4.2e1", "42"},
                                     {"0", "-0"}})
    EXPECT_EQ(
        param_problem({{"Mcp-Param-Size", header}}, size, R"({"size":)" + std::string(body) + "}"),
        "")
        << header << " and " << body;
  for (auto const& [header, body] : {std::pair("42", "43"),
                                     {"0x2a", "42"},
                                     {"42 ", "42"},
                                     {"", "42"},
                                     {"nan", "42"},
                                     {"+42", "42"},
                                     {"9007199254740993", "9007199254740993"}})
    EXPECT_NE(
        param_problem({{"Mcp-Param-Size", header}}, size, R"({"size":)" + std::string(body) + "}"),
        "")
        << header << " and " << body;
}

TEST(ParamHeaders, BooleansAreTheTwoWords) {
  constexpr std::string_view dry =
      R"({"type":"object","properties":{"dry":{"type":"boolean","x-mcp-header":"Dry"}}})";
  EXPECT_EQ(param_problem({{"Mcp-Param-Dry", "true"}}, dry, R"({"dry":true})"), "");
  EXPECT_EQ(param_problem({{"Mcp-Param-Dry", "false"}}, dry, R"({"dry":false})"), "");
  EXPECT_NE(param_problem({{"Mcp-Param-Dry", "1"}}, dry, R"({"dry":true})"), "");
  EXPECT_NE(param_problem({{"Mcp-Param-Dry", "True"}}, dry, R"({"dry":true})"), "");
}

TEST(ParamHeaders, NestedArgumentsAreFoundByTheirPath) {
  constexpr std::string_view nested =
      R"({"type":"object","properties":{"to":{"type":"object","properties":{"zone":{"type":"string","x-mcp-header":"Zone"}}}}})";
  EXPECT_EQ(param_problem({{"Mcp-Param-Zone", "a"}}, nested, R"({"to":{"zone":"a"}})"), "");
  EXPECT_NE(param_problem({{"Mcp-Param-Zone", "a"}}, nested, R"({"zone":"a"})"), "");
}

TEST(ParamHeaders, DuplicateLinesMustAgree) {
  EXPECT_EQ(param_problem({{"Mcp-Param-Region", "eu"}, {"Mcp-Param-Region", "eu"}}, region,
                          R"({"region":"eu"})"),
            "");
  EXPECT_NE(param_problem({{"Mcp-Param-Region", "eu"}, {"Mcp-Param-Region", "us"}}, region,
                          R"({"region":"eu"})"),
            "");
}

TEST(MirroredParams, DeclarationsThatBreakARuleAreNamed) {
  auto property = [](std::string const& text) {
    return R"({"type":"object","properties":{"a":)" + text + "}}";
  };
  EXPECT_EQ(declaration_problem(property(R"({"type":"string","x-mcp-header":"A"})")), "");
  for (std::string bad :
       {R"({"type":"string","x-mcp-header":""})", R"({"type":"string","x-mcp-header":"a b"})",
        R"({"type":"string","x-mcp-header":1})", R"({"type":"number","x-mcp-header":"A"})",
        R"({"type":["string","null"],"x-mcp-header":"A"})", R"({"x-mcp-header":"A"})",
        R"({"type":"array","items":{"type":"string","x-mcp-header":"A"}})",
        R"({"anyOf":[{"type":"string","x-mcp-header":"A"}]})"})
    EXPECT_NE(declaration_problem(property(bad)), "") << bad;
  EXPECT_NE(declaration_problem(R"({"type":"object","x-mcp-header":"A"})"), "")
      << "the root itself";
}

TEST(MirroredParams, AHeaderIsUsedOnceWhateverItsCase) {
  EXPECT_NE(declaration_problem(R"({"type":"object","properties":{
      "a":{"type":"string","x-mcp-header":"Region"},"b":{"type":"string","x-mcp-header":"REGION"}}})"),
            "");
}

TEST(MirroredParams, APropertyOfThatNameIsNoDeclaration) {
  EXPECT_EQ(
      declaration_problem(R"({"type":"object","properties":{"x-mcp-header":{"type":"string"}}})"),
      "");
  EXPECT_EQ(
      declaration_problem(
          R"({"type":"object","properties":{"a":{"type":"object","default":{"x-mcp-header":1}}}})"),
      "");
}

}  // namespace
}  // namespace rampart::protocol
