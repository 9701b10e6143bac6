// Names for the state of an upstream's resources: what was kept of one under an earlier name is out
// of date. Loop thread only.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace rampart::upstream {

class ReadRevisions {
 public:
  static constexpr std::size_t max_changed = 1024;  ///< URIs that are told apart

  ReadRevisions();
  /// Never the same in another object.
  std::string of(std::string_view uri) const;
  /// The upstream said that it changed.
  void changed(std::string const& uri);
  /// What changed, nobody knows.
  void all_changed();

  /// An answer said whether it may be kept.
  void answered(bool may_be_kept) { (may_be_kept ? some_kept_ : some_not_) = true; }
  /// Every answer so far said that it may not.
  bool never_kept() const { return some_not_ && !some_kept_; }

 private:
  std::string base_;
  std::uint64_t changes_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> changed_;
  bool some_kept_ = false, some_not_ = false;
};

}  // namespace rampart::upstream
