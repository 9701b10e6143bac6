// Values that must not appear in any log line: keys, tokens, passwords. Thread-safe.
#pragma once
#include <cstddef>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace rampart::base {

class Secrets {
 public:
  static constexpr std::string_view mark = "[redacted]";
  /// Shorter values are not registered: replacing "ab" everywhere would destroy the log and hide
  /// nothing.
  static constexpr std::size_t min_size = 4;

  /// False when the value is shorter than min_size.
  bool add(std::string_view value);
  /// Replaces every registered value, also in its JSON-escaped form, by the mark.
  void redact(std::string& text) const;
  /// Bytes of the longest registered value; 0 when there is none.
  std::size_t longest() const;

 private:
  mutable std::shared_mutex mutex_;
  std::vector<std::string> values_;  // longest first, so that a value's prefix never spoils it
};

}  // namespace rampart::base
