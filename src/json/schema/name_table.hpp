// A fixed map from names to values, built once and then only read. Sorted by length first, so that
// most comparisons are of two integers, and a lookup takes logarithmic time whatever the names are.
#pragma once
#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rampart::json {

template <class T>
class NameTable {
 public:
  NameTable() = default;
  explicit NameTable(std::map<std::string, T, std::less<>> const& entries)
      : entries_(entries.begin(), entries.end()) {
    std::ranges::sort(entries_,
                      [](auto const& a, auto const& b) { return order(a.first, b.first) < 0; });
  }

  /// nullptr when the name is not there.
  T const* find(std::string_view name) const {
    std::size_t low = 0;
    for (std::size_t count = entries_.size(); count > 0;) {
      std::size_t half = count / 2;
      auto const& [key, value] = entries_[low + half];
      int to = order(name, key);
      if (to == 0) return &value;
      if (to > 0) {
        low += half + 1;
        count -= half + 1;
      } else {
        count = half;
      }
    }
    return nullptr;
  }
  bool empty() const { return entries_.empty(); }

 private:
  static int order(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    return a.empty() ? 0 : std::memcmp(a.data(), b.data(), a.size());
  }
  std::vector<std::pair<std::string, T>> entries_;
};

}  // namespace rampart::json
