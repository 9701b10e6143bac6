#include "protocol/translate_error.hpp"

#include <gmock/gmock.h>

#include "protocol/error_table.hpp"

namespace rampart::protocol {
namespace {
using ::testing::HasSubstr;
using Kind = UpstreamError::Kind;

TEST(TranslateError, MostPassAsTheyAre) {
  auto const out =
      translate_error(R"({"code":-32050,"message":"busy","data":{ "a":1 }})", Method::tools_call);
  EXPECT_EQ(out.kind, Kind::failed);
  EXPECT_EQ(out.error.code, Errc::relayed);
  EXPECT_EQ(out.error.relayed_code, -32050);
  EXPECT_EQ(out.error.message, "busy");
  EXPECT_EQ(out.error.data, R"({ "a":1 })");
  for (auto const version : all_versions) EXPECT_EQ(json_rpc_code(out.error, version), -32050);
}

TEST(TranslateError, AMissingResourceHasTheCodeOfTheClientsEra) {
  for (auto const error : {R"({"code":-32002,"message":"gone"})",
                           R"({"code":-32602,"message":"gone","data":{"uri":"up://x"}})"}) {
    auto const out = translate_error(error, Method::resources_read, "our://x");
    EXPECT_EQ(out.error.code, Errc::resource_not_found);
    EXPECT_EQ(out.error.data, R"({"uri":"our://x"})");
    EXPECT_EQ(out.error.message, "gone");
    EXPECT_EQ(json_rpc_code(out.error, Version::v2026_07_28), -32602);
    EXPECT_EQ(json_rpc_code(out.error, Version::v2025_11_25), -32002);
  }
  EXPECT_EQ(translate_error(R"({"code":-32002,"message":"x","data":{"uri":"up://x"}})",
                            Method::tools_call)
                .error.data,
            R"({"uri":"up://x"})");
}

TEST(TranslateError, OtherBadParametersAreThatAndNothingElse) {
  EXPECT_EQ(translate_error(R"({"code":-32602,"message":"m"})", Method::resources_read, "u")
                .error.relayed_code,
            -32602);
  EXPECT_EQ(
      translate_error(R"({"code":-32602,"message":"m","data":{"uri":"u"}})", Method::tools_call)
          .error.relayed_code,
      -32602);
}

TEST(TranslateError, WhatConcernsTheGatewayDoesNotPass) {
  for (auto const code : {"-32020", "-32022"}) {
    auto const out = translate_error(
        R"({"code":)" + std::string(code) + R"(,"message":"secret header"})", Method::tools_call);
    EXPECT_EQ(out.kind, Kind::gateway);
    EXPECT_EQ(out.error.code, Errc::internal);
    EXPECT_EQ(out.error.message.find("secret"), std::string::npos);
    EXPECT_THAT(out.error.detail, HasSubstr("secret header"));
  }
}

TEST(TranslateError, AMissingCapabilityIsNamed) {
  auto const out = translate_error(
      R"({"code":-32021,"message":"m","data":{"requiredCapabilities":{"sampling":{}}}})",
      Method::tools_call);
  EXPECT_EQ(out.kind, Kind::capability);
  EXPECT_EQ(out.error.code, Errc::missing_capability);
  EXPECT_EQ(out.error.data, R"({"requiredCapabilities":{"sampling":{}}})");
}

TEST(TranslateError, PagesToOpenAreListed) {
  auto const out = translate_error(
      R"({"code":-32042,"message":"log in","data":{"elicitations":[)"
      R"({"mode":"url","elicitationId":"e","url":"https://a","message":"m"},{"mode":"url"},7]}})",
      Method::tools_call);
  EXPECT_EQ(out.kind, Kind::url_required);
  ASSERT_EQ(out.elicitations.size(), 1u);
  EXPECT_EQ(out.elicitations[0].id, "e");
  EXPECT_EQ(out.elicitations[0].url, "https://a");
  EXPECT_EQ(out.elicitations[0].message, "m");
  EXPECT_EQ(translate_error(R"({"code":-32042,"message":"m"})", Method::tools_call).kind,
            Kind::failed);
}

TEST(TranslateError, WhatIsRelayedIsBounded) {
  auto const out = translate_error(R"({"code":1,"message":")" + std::string(100'000, 'm') +
                                       R"(","data":")" + std::string(100'000, 'd') + R"("})",
                                   Method::tools_call);
  EXPECT_LE(out.error.message.size(), max_relayed_message + 16);
  EXPECT_EQ(out.error.data, "");
}

TEST(TranslateError, WhatIsNoErrorIsTheUpstreamsFault) {
  for (auto const error : {"{}", "7", R"({"code":"x"})", R"({"code":1.5})", R"({"code":1e9})",
                           R"({"code":99999999999})"}) {
    EXPECT_EQ(translate_error(error, Method::tools_call).error.code, Errc::unavailable) << error;
  }
  EXPECT_EQ(translate_error(R"({"code":5})", Method::tools_call).error.message,
            "the upstream server gave no reason");
}

}  // namespace
}  // namespace rampart::protocol
