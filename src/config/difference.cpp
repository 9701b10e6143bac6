#include "config/difference.hpp"

#include "config/row.hpp"

namespace rampart::config {

std::vector<std::string_view> differing_keys(Config a, Config b) {
  std::vector<std::string_view> keys;
  for (auto const& row : all_rows()) {
    bool const same = std::visit(
        [other = row.slot(b)](auto* value) { return *value == *std::get<decltype(value)>(other); },
        row.slot(a));
    if (!same) keys.push_back(row.key);
  }
  return keys;
}

bool read_again(std::string_view key) { return key == "log.level" || key == "rate.limit"; }

}  // namespace rampart::config
