// What holds for single tools of an upstream: the entries below `mcpServers.<name>.overrides`.
#pragma once
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/take_row.hpp"

namespace rampart::config {

/// Made when the upstream's own keys have been read: overrides begin as copies of them.
class OverrideReader {
 public:
  explicit OverrideReader(Upstream& upstream) : upstream_(upstream) {}

  Taken read(Entry const& entry);
  /// Which rules the overrides break as a whole, each with the entry of its tool.
  std::vector<std::pair<Entry const*, std::string>> finish();

 private:
  struct Tool {
    Entry const* head = nullptr;
    std::set<std::string> given;
  };
  Upstream::Override fresh() const;

  Upstream& upstream_;
  std::vector<OverrideRow> const rows_ = override_rows();
  std::map<std::string, Tool> tools_;
};

}  // namespace rampart::config
