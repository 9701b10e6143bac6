// How long and for whom a result may be kept (server/utilities/caching): ttlMs and cacheScope.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/version.hpp"

namespace rampart::protocol {

struct CacheHints {
  std::optional<std::uint64_t> ttl_ms = {};  ///< absent: not said, or not a number of milliseconds
  bool is_public = false;                    ///< cacheScope; private unless said otherwise
};

/// False: `key` is neither of the two. `value`: JSON text.
bool read_cache_hint(CacheHints& hints, std::string_view key, std::string_view value);
/// Both as further members of a result, where the revision has them.
void append_cache_hints(std::string& members, CacheHints const& hints, Version version);

}  // namespace rampart::protocol
