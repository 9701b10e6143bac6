#include "protocol/request_meta.hpp"

#include <gtest/gtest.h>

#include "json/document.hpp"

namespace rampart::protocol {
namespace {

constexpr std::string_view trace_parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

template <class Use>
auto with_meta(std::string const& meta, Use&& use) {
  auto const document = json::Document::parse_copy(
      R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":)" + meta + "}}");
  return use(*read_envelope(document->root()));
}

Result<RequestMeta> common(std::string const& meta) { return with_meta(meta, &read_common_meta); }
Result<RequestMeta> modern(std::string const& members) {
  return with_meta("{" + members + "}", &read_modern_meta);
}
ClientCapabilities capabilities(std::string_view text) {
  auto const document = json::Document::parse_copy(text);
  return read_client_capabilities(document->root());
}

std::string const version = R"("io.modelcontextprotocol/protocolVersion":"2026-07-28")";
std::string const no_capabilities = R"("io.modelcontextprotocol/clientCapabilities":{})";

TEST(RequestMeta, AModernRequestNeedsVersionAndCapabilities) {
  auto const meta = modern(version + "," + no_capabilities);
  ASSERT_TRUE(meta) << meta.error().message;
  EXPECT_EQ(meta->protocol_version, "2026-07-28");
  EXPECT_EQ(meta->capabilities, ClientCapabilities());
  EXPECT_EQ(meta->log_level, std::nullopt) << "no level, no log messages";

  EXPECT_EQ(modern(no_capabilities).error().message,
            R"(params._meta["io.modelcontextprotocol/protocolVersion"] is missing)");
  EXPECT_EQ(modern(version).error().message,
            R"(params._meta["io.modelcontextprotocol/clientCapabilities"] is missing)");
  EXPECT_EQ(modern(version).error().code, Errc::invalid_params);
}

TEST(RequestMeta, IllTypedMembersAreNamed) {
  for (auto const& [members, key] :
       {std::pair(R"("io.modelcontextprotocol/protocolVersion":1,)" + no_capabilities,
                  "protocolVersion"),
        std::pair(version + R"(,"io.modelcontextprotocol/clientCapabilities":[])",
                  "clientCapabilities"),
        std::pair(version + "," + no_capabilities + R"(,"io.modelcontextprotocol/clientInfo":"x")",
                  "clientInfo"),
        std::pair(version + "," + no_capabilities + R"(,"io.modelcontextprotocol/logLevel":"loud")",
                  "logLevel"),
        std::pair(version + "," + no_capabilities + R"(,"progressToken":1.5)", "progressToken")}) {
    auto const meta = modern(members);
    ASSERT_FALSE(meta) << members;
    EXPECT_NE(meta.error().message.find(key), std::string::npos) << meta.error().message;
  }
}

TEST(RequestMeta, AMetaThatIsNoObjectIsRefusedInEveryEra) {
  EXPECT_EQ(common("[]").error().message, "params._meta must be an object");
  EXPECT_EQ(common("null").error().code, Errc::invalid_params);
}

TEST(RequestMeta, AProgressTokenKeepsItsType) {
  EXPECT_EQ(common(R"({"progressToken":7})")->progress_token, "7");
  EXPECT_EQ(common(R"({"progressToken":"7"})")->progress_token, "\"7\"");
  EXPECT_EQ(common("{}")->progress_token, "");
}

TEST(RequestMeta, LogLevelsAreTheEightOfSyslogInTheirOrder) {
  auto const meta =
      modern(version + "," + no_capabilities + R"(,"io.modelcontextprotocol/logLevel":"warning")");
  EXPECT_EQ(meta->log_level, LogLevel::warning);
  for (int i = 0; i < 8; ++i) {
    auto const level = static_cast<LogLevel>(i);
    EXPECT_EQ(parse_log_level(name(level)), level);
  }
  EXPECT_EQ(parse_log_level("Warning"), std::nullopt);
}

TEST(RequestMeta, TraceContextIsTakenOnlyWhole) {
  auto const good = common(R"({"traceparent":")" + std::string(trace_parent) +
                           R"(","tracestate":"a=b","baggage":"c=d"})");
  EXPECT_EQ(good->trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(good->trace.span_id(), "b7ad6b7169203331");
  EXPECT_EQ(good->trace.tracestate, "a=b");

  auto const bad = common(R"({"traceparent":"00-xyz","tracestate":"a=b","baggage":"c=d"})");
  ASSERT_TRUE(bad) << "a bad trace is no reason to refuse a call";
  EXPECT_EQ(bad->trace.traceparent, "");
  EXPECT_EQ(bad->trace.tracestate, "");
}

TEST(RequestMeta, TraceparentFollowsItsGrammar) {
  EXPECT_TRUE(valid_traceparent(trace_parent));
  std::string const zeros(32, '0');
  for (std::string const& text :
       {std::string(), "01" + std::string(trace_parent.substr(2)),
        "00-" + zeros + "-b7ad6b7169203331-01",
        std::string("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"),
        std::string("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"),
        std::string(trace_parent) + "0", std::string(trace_parent.substr(0, 54))})
    EXPECT_FALSE(valid_traceparent(text)) << text;
}

TEST(RequestMeta, ClaimingTheModernEraNeedsOnlyTheVersionOfAnyType) {
  EXPECT_TRUE(with_meta(R"({"io.modelcontextprotocol/protocolVersion":5})", &claims_modern));
  EXPECT_FALSE(with_meta(R"({"protocolVersion":"2026-07-28"})", &claims_modern));
}

TEST(ClientCapabilities, AnEmptyElicitationMeansForms) {
  EXPECT_TRUE(capabilities(R"({"elicitation":{}})").elicitation_form);
  EXPECT_FALSE(capabilities(R"({"elicitation":{}})").elicitation_url);
  auto const url = capabilities(R"({"elicitation":{"url":{}}})");
  EXPECT_TRUE(url.elicitation_url);
  EXPECT_FALSE(url.elicitation_form);
  auto const both = capabilities(R"({"elicitation":{"url":{},"form":{}}})");
  EXPECT_TRUE(both.elicitation_url && both.elicitation_form);
}

TEST(ClientCapabilities, OnlyObjectsCountAndUnknownMembersDoNot) {
  EXPECT_EQ(capabilities(R"({"sampling":true,"roots":"yes","elicitation":1,"x":{}})"),
            ClientCapabilities());
  auto const all = capabilities(
      R"({"sampling":{"tools":{},"context":{}},"roots":{"listChanged":true},"elicitation":{}})");
  EXPECT_TRUE(all.sampling && all.sampling_tools && all.sampling_context);
  EXPECT_TRUE(all.roots && all.roots_list_changed);
}

}  // namespace
}  // namespace rampart::protocol
