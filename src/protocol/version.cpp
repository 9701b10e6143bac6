#include "protocol/version.hpp"

namespace rampart::protocol {
namespace {
constexpr std::array<std::string_view, version_count> names{
    "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"};
}

std::string_view name(Version version) { return names[static_cast<std::size_t>(version)]; }

std::optional<Version> parse_version(std::string_view text) {
  for (Version version : all_versions)
    if (name(version) == text) return version;
  return std::nullopt;
}

}  // namespace rampart::protocol
