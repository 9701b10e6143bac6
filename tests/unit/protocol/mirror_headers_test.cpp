#include "protocol/mirror_headers.hpp"

#include <gmock/gmock.h>

#include <map>

#include "json/document.hpp"

namespace rampart::protocol {
namespace {
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view schema = R"({"type":"object","properties":{
  "region":{"type":"string","x-mcp-header":"Region"},
  "level":{"type":"integer","x-mcp-header":"Level"},
  "inner":{"type":"object","properties":{"dry":{"type":"boolean","x-mcp-header":"Dry"}}},
  "plain":{"type":"string"}}})";

std::vector<MirroredParam> params() {
  auto const document = json::Document::parse_copy(schema);
  return mirrored_params(document->root()).value();
}
Pairs mirror(std::string_view arguments) {
  auto const document = json::Document::parse_copy(arguments);
  return mirror_headers(params(), document->root());
}

// Headers as a server receives them: encoded by the sender, outer white space trimmed on the way.
class Received final : public HeaderSource {
 public:
  explicit Received(Pairs const& sent) {
    for (auto const& [name, value] : sent) {
      auto const encoded = encode_header_value(value);
      auto const first = encoded.find_first_not_of(" \t");
      auto const last = encoded.find_last_not_of(" \t");
      lines_[name] = first == std::string::npos ? "" : encoded.substr(first, last - first + 1);
    }
  }
  std::optional<std::string_view> find(std::string_view name) const override {
    auto const it = lines_.find(name);
    return it == lines_.end() ? std::nullopt : std::optional<std::string_view>(it->second);
  }
  bool conflicting(std::string_view) const override { return false; }

 private:
  std::map<std::string, std::string, std::less<>> lines_;
};

TEST(EncodeHeaderValue, LeavesWhatAHeaderCanCarry) {
  for (auto const text :
       {"us-west1", "", "a b", "~!@#$%^&*()", "=?base64?", "?=", "=?BASE64?YQ==?="})
    EXPECT_EQ(encode_header_value(text), text);
}

TEST(EncodeHeaderValue, EncodesTheRest) {
  EXPECT_EQ(encode_header_value("Hello, 世界"), "=?base64?SGVsbG8sIOS4lueVjA==?=");
  EXPECT_EQ(encode_header_value(" padded "), "=?base64?IHBhZGRlZCA=?=");
  EXPECT_EQ(encode_header_value("a\nb"), "=?base64?YQpi?=");
  EXPECT_EQ(encode_header_value("a\tb"), "=?base64?YQli?=");
  EXPECT_EQ(encode_header_value("=?base64?YQ==?="), "=?base64?PT9iYXNlNjQ/WVE9PT89?=");
}

TEST(EncodeHeaderValue, IsUndoneByTheDecoder) {
  for (std::string const text : {"", " ", "\t", "a", " a", "a ", "\x7f", "é", "\r\nX-Injected: 1",
                                 "=?base64?"
                                 "?=",
                                 "=?base64?=", "=?base64?no?=", "🎉"}) {
    auto const encoded = encode_header_value(text);
    EXPECT_EQ(decode_header_value(encoded), text) << encoded;
    for (unsigned char const c : encoded) EXPECT_TRUE(c >= 0x20 && c <= 0x7e) << encoded;
  }
  std::string const nul("a\0b", 3);
  EXPECT_EQ(decode_header_value(encode_header_value(nul)), nul);
}

TEST(MirrorHeaders, OnlyDeclaredArgumentsHaveThem) {
  EXPECT_THAT(mirror(R"({"region":"us","level":42,"inner":{"dry":true},"plain":"p"})"),
              ElementsAre(Pair("Mcp-Param-Region", "us"), Pair("Mcp-Param-Level", "42"),
                          Pair("Mcp-Param-Dry", "true")));
}

TEST(MirrorHeaders, AbsentAndNullArgumentsHaveNone) {
  EXPECT_THAT(mirror("{}"), IsEmpty());
  EXPECT_THAT(mirror(R"({"region":null,"inner":null})"), IsEmpty());
  EXPECT_THAT(mirror(R"({"inner":{"dry":null}})"), IsEmpty());
  EXPECT_THAT(mirror_headers(params(), std::nullopt), IsEmpty());
}

TEST(MirrorHeaders, NumbersAreWrittenAsIntegers) {
  EXPECT_THAT(mirror(R"({"level":42.0})"), ElementsAre(Pair("Mcp-Param-Level", "42")));
  EXPECT_THAT(mirror(R"({"level":-7})"), ElementsAre(Pair("Mcp-Param-Level", "-7")));
}

TEST(MirrorHeaders, ArgumentsOfAnotherTypeHaveNone) {
  EXPECT_THAT(mirror(R"({"region":7,"level":"x","inner":{"dry":"true"}})"), IsEmpty());
}

TEST(MirrorHeaders, PassTheServersCheck) {
  for (auto const arguments :
       {R"({})", R"({"region":"us","level":1e3,"inner":{"dry":false}})", R"({"region":""})",
        R"({"region":" x "})", R"({"region":"=?base64?YQ==?="})", R"({"region":"caf\u00e9\n"})",
        R"({"region":null,"level":9007199254740991})"}) {
    auto const document = json::Document::parse_copy(arguments);
    Received const headers(mirror_headers(params(), document->root()));
    auto const checked = check_param_headers(headers, params(), document->root());
    EXPECT_TRUE(checked) << arguments << ": " << (checked ? "" : checked.error().message);
  }
}

}  // namespace
}  // namespace rampart::protocol
