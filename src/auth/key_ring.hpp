// The keys that are accepted, as one immutable value.
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "auth/key_lines.hpp"
#include "auth/principal.hpp"

namespace rampart::auth {

using PrincipalPtr = std::shared_ptr<Principal const>;

class KeyRing {
 public:
  KeyRing() = default;
  /// What stands in `older` with the same name and digest stays the same principal.
  KeyRing(std::vector<KeyLine> const& lines, KeyRing const& older, base::McpMetrics& metrics);

  /// nullptr: no such key. Takes equally long for every token of one length: all digests are
  /// compared, each in constant time.
  PrincipalPtr find(std::string_view token) const;
  std::size_t size() const { return entries_.size(); }
  /// Those of this ring that `newer` has not.
  std::vector<PrincipalPtr> missing_in(KeyRing const& newer) const;

 private:
  struct Entry {
    crypto::Digest digest;
    PrincipalPtr principal;
  };
  std::vector<Entry> entries_;
};

}  // namespace rampart::auth
