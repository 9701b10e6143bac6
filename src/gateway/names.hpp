// The names under which upstreams' tools and prompts are published: unique, legal everywhere, and
// the same after each restart.
#pragma once
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace rampart::gateway {

/// Of an exposed name; several hosts refuse longer ones (characters).
inline constexpr std::size_t max_exposed_name = 64;

class Names {
 public:
  /// What becomes of a name that somebody has already.
  enum class Taken { renamed, hidden };

  explicit Names(Taken taken = Taken::renamed) : when_taken_(taken) {}

  /// `prefix` may be empty. The name itself where it is free and legal, with the prefix in front;
  /// else with a digest of owner and name at its end, which no other pair shares. So, too, where it
  /// reads as another owner's (see lead()): which of the two is there first must not matter.
  /// nullopt: the name is taken, and such are hidden.
  std::optional<std::string> expose(std::string_view owner, std::string_view prefix,
                                    std::string_view separator, std::string_view name);
  /// What stands in front of some owner's names: prefix and separator.
  void lead(std::string text) { leads_.insert(std::move(text)); }
  /// Keeps a name for somebody; false when it is taken.
  bool take(std::string_view name);

 private:
  Taken const when_taken_;
  std::set<std::string, std::less<>> taken_, leads_;
};

}  // namespace rampart::gateway
