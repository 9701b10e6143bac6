#include "protocol/cache_hints.hpp"

#include <charconv>

#include "json/slice.hpp"

namespace rampart::protocol {

bool read_cache_hint(CacheHints& hints, std::string_view key, std::string_view value) {
  if (key == "cacheScope") {
    hints.is_public = json::string_of(value) == "public";
    return true;
  }
  if (key != "ttlMs") return false;
  std::uint64_t ttl = 0;
  auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), ttl);
  if (error == std::errc() && end == value.data() + value.size()) hints.ttl_ms = ttl;
  return true;
}

void append_cache_hints(std::string& members, CacheHints const& hints, Version version) {
  if (!has_cache_hints(version)) return;
  if (!members.empty()) members += ',';
  members += R"("ttlMs":)" + std::to_string(hints.ttl_ms.value_or(0));
  members += hints.is_public ? R"(,"cacheScope":"public")" : R"(,"cacheScope":"private")";
}

}  // namespace rampart::protocol
