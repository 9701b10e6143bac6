// The protocol revisions, in order, and what each one knows: an era is a column, never a scattered
// if.
#pragma once
#include <array>
#include <optional>
#include <string_view>

namespace rampart::protocol {

enum class Version { v2024_11_05, v2025_03_26, v2025_06_18, v2025_11_25, v2026_07_28 };

inline constexpr std::size_t version_count = 5;
inline constexpr std::array<Version, version_count> all_versions{
    Version::v2024_11_05, Version::v2025_03_26, Version::v2025_06_18, Version::v2025_11_25,
    Version::v2026_07_28};
inline constexpr Version latest_legacy = Version::v2025_11_25;
inline constexpr Version latest_modern = Version::v2026_07_28;

std::string_view name(Version version);
std::optional<Version> parse_version(std::string_view text);

/// Modern: stateless, every request carries its version and capabilities in _meta.
constexpr bool is_modern(Version version) { return version >= Version::v2026_07_28; }

/// The versions a modern client may ask for, as a JSON array.
inline constexpr std::string_view modern_versions_json = R"(["2026-07-28"])";

// What came when (changelogs of the specification). Older peers are not sent what they do not know.
constexpr bool has_annotations(Version v) { return v >= Version::v2025_03_26; }
constexpr bool has_audio(Version v) { return v >= Version::v2025_03_26; }
constexpr bool has_progress_message(Version v) { return v >= Version::v2025_03_26; }
constexpr bool has_completions_capability(Version v) { return v >= Version::v2025_03_26; }
constexpr bool has_batches(Version v) { return v <= Version::v2025_03_26; }
constexpr bool has_titles(Version v) { return v >= Version::v2025_06_18; }
constexpr bool has_structured_content(Version v) { return v >= Version::v2025_06_18; }
constexpr bool has_resource_links(Version v) { return v >= Version::v2025_06_18; }
constexpr bool has_elicitation(Version v) { return v >= Version::v2025_06_18; }
constexpr bool has_version_header(Version v) { return v >= Version::v2025_06_18; }
constexpr bool has_icons(Version v) { return v >= Version::v2025_11_25; }
constexpr bool has_url_elicitation(Version v) { return v >= Version::v2025_11_25; }
constexpr bool has_implementation_details(Version v) { return v >= Version::v2025_11_25; }
constexpr bool has_priming_event(Version v) { return v == Version::v2025_11_25; }
constexpr bool has_optional_error_id(Version v) { return v >= Version::v2025_11_25; }
constexpr bool has_result_type(Version v) { return is_modern(v); }
constexpr bool has_cache_hints(Version v) { return is_modern(v); }

}  // namespace rampart::protocol
