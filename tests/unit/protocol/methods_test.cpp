#include "protocol/methods.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rampart::protocol {
namespace {

bool served(std::string_view method, Version version) {
  return exists_in(find_method(method), version);
}

TEST(Methods, EveryRowIsFoundByItsNameExceptUnknown) {
  std::set<std::string_view> names;
  for (std::size_t i = 1; i < method_count; ++i) {
    auto const& expected = row(static_cast<Method>(i));
    EXPECT_EQ(&find_method(expected.name), &expected);
    EXPECT_TRUE(names.insert(expected.name).second) << expected.name << " stands there twice";
    EXPECT_LE(expected.since, expected.until) << expected.name;
  }
  EXPECT_EQ(find_method("other").method, Method::unknown)
      << "the label of unknown methods is no method";
}

TEST(Methods, WhatIsNotInTheTableIsUnknownInEveryVersion) {
  for (std::string_view name : {"", "tools/calls", "Tools/list", "tools/list ", "rpc.discover"})
    for (Version version : all_versions) EXPECT_FALSE(served(name, version)) << name;
}

TEST(Methods, TheHandshakeEndsWhereTheModernEraBegins) {
  for (std::string_view name : {"initialize", "ping", "logging/setLevel", "resources/subscribe",
                                "resources/unsubscribe", "notifications/initialized"}) {
    EXPECT_TRUE(served(name, Version::v2024_11_05)) << name;
    EXPECT_TRUE(served(name, latest_legacy)) << name;
    EXPECT_FALSE(served(name, latest_modern)) << name;
  }
  for (std::string_view name : {"server/discover", "subscriptions/listen"}) {
    EXPECT_FALSE(served(name, latest_legacy)) << name;
    EXPECT_TRUE(served(name, latest_modern)) << name;
  }
}

TEST(Methods, WhatBothErasHaveIsServedInEveryVersion) {
  for (std::string_view name :
       {"tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read",
        "prompts/list", "prompts/get", "completion/complete", "notifications/cancelled"})
    for (Version version : all_versions) EXPECT_TRUE(served(name, version)) << name;
}

TEST(Methods, NotificationsAreTheRowsNamedSo) {
  for (std::size_t i = 1; i < method_count; ++i) {
    auto const& one = row(static_cast<Method>(i));
    EXPECT_EQ(one.notification, one.name.starts_with("notifications/")) << one.name;
  }
}

TEST(Methods, McpNameMirrorsTheThreeMethodsThatMayAskAndNoOthers) {
  for (std::size_t i = 1; i < method_count; ++i) {
    auto const& one = row(static_cast<Method>(i));
    EXPECT_EQ(one.may_ask, !one.header_name.empty()) << one.name;
  }
  EXPECT_EQ(find_method("tools/call").header_name, "name");
  EXPECT_EQ(find_method("prompts/get").header_name, "name");
  EXPECT_EQ(find_method("resources/read").header_name, "uri");
}

}  // namespace
}  // namespace rampart::protocol
