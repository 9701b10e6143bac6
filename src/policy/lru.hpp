// Keyed values in the order of their last use, for bounded tables: find, and drop the oldest.
#pragma once
#include <cstddef>
#include <iterator>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rampart::policy {

/// Not thread-safe. Who inserts keeps the bound.
template <class Value>
class Lru {
 public:
  struct Entry {
    std::string key;
    Value value;
  };
  using Place = typename std::list<Entry>::iterator;

  /// The entry, now the youngest; or null.
  Entry* use(std::string_view key) {
    auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &*found->second;
  }

  /// `key` must not be there yet.
  Entry& insert(std::string key, Value value) {
    entries_.push_front(Entry{std::move(key), std::move(value)});
    index_.emplace(entries_.front().key, entries_.begin());
    return entries_.front();
  }

  Place find(std::string_view key) {
    auto found = index_.find(key);
    return found == index_.end() ? entries_.end() : found->second;
  }
  /// From the youngest to the oldest.
  Place begin() { return entries_.begin(); }
  Place end() { return entries_.end(); }
  Place oldest() { return std::prev(entries_.end()); }
  /// The place after it.
  Place erase(Place place) {
    index_.erase(place->key);
    return entries_.erase(place);
  }
  void clear() {
    index_.clear();
    entries_.clear();
  }
  std::size_t size() const { return entries_.size(); }

 private:
  std::list<Entry> entries_;
  std::unordered_map<std::string_view, Place> index_;  // its keys view into entries_
};

}  // namespace rampart::policy
