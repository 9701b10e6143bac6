#include "config/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace rampart::config {
namespace {

constexpr std::size_t longest = 128;  // names come from a file: the work is bounded

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto const change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(std::string_view name, std::vector<std::string> const& known) {
  if (name.size() > longest) return {};
  std::string_view best;
  std::size_t fewest = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (auto const& candidate : known) {
    if (auto const n = edits(name, candidate); n < fewest) {
      fewest = n;
      best = candidate;
    }
  }
  return best.empty() ? std::string() : "; did you mean " + std::string(best) + "?";
}

}  // namespace rampart::config
