#include "protocol/error_table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace rampart::protocol {
namespace {

std::vector<Errc> all_errors() {
  std::vector<Errc> out;
  for (int i = 0; i <= static_cast<int>(Errc::internal); ++i) out.push_back(static_cast<Errc>(i));
  return out;
}

std::string written(RequestId const& id, Error const& error, Version version) {
  std::string out;
  append_error(out, id, error, version);
  return out;
}

TEST(ErrorTable, EveryMeaningHasALabelOfItsOwnButTheOneThatNeverLeaves) {
  std::set<std::string_view> labels;
  for (Errc code : all_errors()) {
    auto const& one = row(code);
    EXPECT_FALSE(one.label.empty());
    if (code == Errc::needs_input)
      EXPECT_EQ(one.label, row(Errc::internal).label);
    else
      EXPECT_TRUE(labels.insert(one.label).second) << one.label << " stands there twice";
  }
}

TEST(ErrorTable, CodesAreJsonRpcsOwnTheSpecificationsOrPositiveOnes) {
  std::set<int> const specified{-32700, -32600, -32601, -32602, -32603,
                                -32002, -32020, -32021, -32022};
  for (Errc code : all_errors())
    for (int number : {row(code).modern_code, row(code).legacy_code})
      EXPECT_TRUE(number > 0 || specified.contains(number)) << row(code).label << " is " << number;
}

TEST(ErrorTable, ModernCodesOf2026StayOutOfOlderVersions) {
  for (Errc code : all_errors()) {
    EXPECT_FALSE(row(code).legacy_code <= -32020 && row(code).legacy_code >= -32022);
    EXPECT_NE(row(code).modern_code, -32002) << "2026-07-28 dropped the resource's own code";
  }
  EXPECT_EQ(json_rpc_code(Errc::header_mismatch, latest_modern), -32020);
  EXPECT_EQ(json_rpc_code(Errc::missing_capability, latest_modern), -32021);
  EXPECT_EQ(json_rpc_code(Errc::unsupported_version, latest_modern), -32022);
  EXPECT_EQ(json_rpc_code(Errc::resource_not_found, latest_legacy), -32002);
  EXPECT_EQ(json_rpc_code(Errc::resource_not_found, latest_modern), -32602);
}

TEST(ErrorTable, StatusesOfHttpAgreeWithTheMeaning) {
  EXPECT_EQ(row(Errc::method_not_found).http_status, 404);
  EXPECT_EQ(row(Errc::session_not_found).http_status, 404);
  EXPECT_EQ(row(Errc::rate_limited).http_status, 429);
  EXPECT_EQ(row(Errc::overloaded).http_status, 503);
  for (Errc code : all_errors()) {
    if (row(code).status != Status::rejected) continue;
    EXPECT_GE(row(code).http_status, 400) << "what is rejected never reached a handler";
  }
}

TEST(ErrorTable, StatusNamesAreTheFiveOfTheMetric) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < status_count; ++i) names.insert(name(static_cast<Status>(i)));
  EXPECT_EQ(names, (std::set<std::string_view>{"success", "tool_error", "error", "rejected",
                                               "cancelled"}));
}

TEST(ErrorTable, AnErrorIsWrittenWithoutItsDetail) {
  Error const error(Errc::internal, "went \"wrong\"", "password=hunter2");
  EXPECT_EQ(written(RequestId(7), error, latest_modern),
            R"({"jsonrpc":"2.0","id":7,"error":{"code":-32603,"message":"went \"wrong\""}})");
}

TEST(ErrorTable, DataIsSplicedIntoTheError) {
  Error const error(Errc::rate_limited, "slow down", {}, R"({"retryAfterMs":12})");
  EXPECT_EQ(written(RequestId("a"), error, latest_modern),
            R"({"jsonrpc":"2.0","id":"a","error":{"code":429,"message":"slow down",)"
            R"("data":{"retryAfterMs":12}}})");
}

TEST(ErrorTable, AnUnknownIdIsNullUntilTheVersionThatLetsItBeLeftOut) {
  Error const error(Errc::parse_error, "not JSON");
  EXPECT_EQ(written({}, error, Version::v2025_06_18),
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"not JSON"}})");
  EXPECT_EQ(written({}, error, Version::v2025_11_25),
            R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"not JSON"}})");
}

TEST(ErrorTable, AnUnsupportedVersionIsToldWhatIsSupportedAndWhatItAskedFor) {
  auto const error = unsupported_version("1999-01-01\"");
  EXPECT_EQ(error.code, Errc::unsupported_version);
  EXPECT_EQ(error.data, R"({"supported":["2026-07-28"],"requested":"1999-01-01\""})");
  for (Version version : all_versions)
    EXPECT_NE(error.message.find(name(version)), std::string::npos) << name(version);
}

TEST(ErrorTable, AMissingCapabilityIsNamedInTheData) {
  EXPECT_EQ(missing_capability("roots", R"({"roots":{}})").data,
            R"({"requiredCapabilities":{"roots":{}}})");
}

}  // namespace
}  // namespace rampart::protocol
