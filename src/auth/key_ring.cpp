#include "auth/key_ring.hpp"

#include <algorithm>

#include "crypto/compare.hpp"

namespace rampart::auth {
namespace {
std::string_view view(crypto::Digest const& digest) {
  return {reinterpret_cast<char const*>(digest.data()), digest.size()};
}
}  // namespace

KeyRing::KeyRing(std::vector<KeyLine> const& lines, KeyRing const& older,
                 base::McpMetrics& metrics) {
  for (auto const& line : lines) {
    auto const same = std::ranges::find_if(older.entries_, [&](Entry const& entry) {
      return entry.digest == line.digest && entry.principal->name == line.name;
    });
    entries_.push_back(same != older.entries_.end()
                           ? *same
                           : Entry{line.digest, std::make_shared<Principal const>(Principal{
                                                    line.name, &metrics.client(line.name)})});
  }
}

PrincipalPtr KeyRing::find(std::string_view token) const {
  auto const digest = crypto::sha256(token);
  Entry const* found = nullptr;
  for (auto const& entry : entries_) {
    bool const equal = crypto::constant_time_equal(view(entry.digest), view(digest));
    found = equal ? &entry : found;
  }
  return found ? found->principal : nullptr;
}

std::vector<PrincipalPtr> KeyRing::missing_in(KeyRing const& newer) const {
  std::vector<PrincipalPtr> out;
  for (auto const& entry : entries_)
    if (std::ranges::find(newer.entries_, entry.principal, &Entry::principal) ==
        newer.entries_.end())
      out.push_back(entry.principal);
  return out;
}

}  // namespace rampart::auth
