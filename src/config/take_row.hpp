// One entry of a file and the row that it is for, whether that describes an upstream or one tool.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "config/file.hpp"
#include "config/nearest.hpp"
#include "config/upstream_rows.hpp"
#include "config/value.hpp"

namespace rampart::config {

struct Taken {
  bool value = false;     ///< the entry gave a key its value
  std::string rule = {};  ///< that it breaks, or ""
};

/// `key`: the entry's, relative to `to`. `also`: keys that are no rows, for suggestions.
template <class T>
Taken take_row(Entry const& entry, std::string const& key, std::vector<KeyOf<T>> const& rows, T& to,
               std::vector<std::string> const& also = {}) {
  auto const row =
      std::find_if(rows.begin(), rows.end(), [&](auto const& r) { return r.row.key == key; });
  if (row != rows.end()) {
    std::string rule = "must be a value, not a map";
    if (entry.kind == Entry::Kind::scalar) rule = set_slot(row->row, row->slot(to), entry.text);
    if (entry.kind == Entry::Kind::list)
      rule = set_slot_items(row->row, row->slot(to), entry.items);
    return {rule.empty(), std::move(rule)};
  }
  std::vector<std::string> known;
  bool is_group = false;
  for (auto const& one : rows) {
    known.emplace_back(one.row.key);
    is_group = is_group || one.row.key.starts_with(key + ".");
  }
  if (is_group && entry.kind == Entry::Kind::nested) return {};
  if (is_group) return {false, "is a group: its keys stand below it"};
  known.insert(known.end(), also.begin(), also.end());
  return {false, "unknown key" + suggestion(key, known)};
}

}  // namespace rampart::config
