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
  /// As redact() in finished lines of a log. Of lines that are JSON only the values that are
  /// strings change, and not those that every line has of our own: a password that is a number, or
  /// a word of ours, spoils no line.
  void redact_lines(std::string& lines) const;
  /// Bytes of the longest registered value; 0 when there is none.
  std::size_t longest() const;

 private:
  void redact_plain(std::string& text) const;
  std::string redact_json(std::string_view lines) const;

  mutable std::shared_mutex mutex_;
  std::vector<std::string> values_;  // longest first, so that a value's prefix never spoils it
};

}  // namespace rampart::base
