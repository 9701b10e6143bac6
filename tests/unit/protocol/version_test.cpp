#include "protocol/version.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rampart::protocol {
namespace {

TEST(Version, EveryVersionIsReadBackFromItsName) {
  for (Version version : all_versions) EXPECT_EQ(parse_version(name(version)), version);
}

TEST(Version, TheOrderOfTheVersionsIsTheOrderOfTheirDates) {
  EXPECT_TRUE(std::ranges::is_sorted(all_versions));
  EXPECT_TRUE(std::ranges::is_sorted(all_versions, {}, [](Version v) { return name(v); }));
}

TEST(Version, OtherTextsAreNoVersion) {
  for (std::string_view text :
       {"", "2025-11-26", "2026-07-28 ", "v2025-11-25", "draft", "2025-11-25x"})
    EXPECT_EQ(parse_version(text), std::nullopt) << text;
}

TEST(Version, OnlyTheNewestIsModernAndTheListForClientsSaysSo) {
  std::string listed = "[";
  for (Version version : all_versions)
    if (is_modern(version)) listed += '"' + std::string(name(version)) + '"';
  EXPECT_EQ(listed + "]", modern_versions_json);
  EXPECT_TRUE(is_modern(latest_modern));
  EXPECT_FALSE(is_modern(latest_legacy));
}

TEST(Version, FeaturesThatCameStayInEveryLaterVersion) {
  using Has = bool (*)(Version);
  for (Has has : {Has(&has_annotations), Has(&has_audio), Has(&has_progress_message),
                  Has(&has_completions_capability), Has(&has_titles), Has(&has_structured_content),
                  Has(&has_resource_links), Has(&has_elicitation), Has(&has_version_header),
                  Has(&has_icons), Has(&has_url_elicitation), Has(&has_implementation_details),
                  Has(&has_optional_error_id), Has(&has_result_type), Has(&has_cache_hints)}) {
    EXPECT_TRUE(std::ranges::is_sorted(all_versions, {}, has));
    EXPECT_FALSE(has(Version::v2024_11_05)) << "nothing of this list was there from the beginning";
    EXPECT_TRUE(has(Version::v2026_07_28));
  }
}

TEST(Version, BatchesEndedWithTheSpringOf2025) {
  EXPECT_TRUE(has_batches(Version::v2024_11_05));
  EXPECT_TRUE(has_batches(Version::v2025_03_26));
  EXPECT_FALSE(has_batches(Version::v2025_06_18));
}

TEST(Version, OnlyOneVersionBeginsStreamsWithAPrimingEvent) {
  EXPECT_EQ(std::ranges::count_if(all_versions, &has_priming_event), 1);
  EXPECT_TRUE(has_priming_event(Version::v2025_11_25));
}

}  // namespace
}  // namespace rampart::protocol
