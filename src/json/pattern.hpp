// ECMA-262 regular expressions as JSON Schema's `pattern` means them (unicode mode, searched for
// anywhere in the text), run in linear time by RE2 where RE2 can express them, else by PCRE2 under
// limits. Immutable after compile, so any number of threads may match at once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "rampart/error.hpp"

namespace rampart::json {

/// Longest pattern that is compiled (bytes).
inline constexpr std::size_t max_pattern_bytes = 64 * 1024;
/// What one match may cost where only a backtracking engine can run the pattern: steps,
/// backtracking points held at once, KiB.
inline constexpr std::uint32_t pattern_match_limit = 100'000;
inline constexpr std::uint32_t pattern_depth_limit = 50'000;
inline constexpr std::uint32_t pattern_heap_limit = 16 * 1024;

enum class PatternMatch {
  no,
  yes,
  too_slow,  ///< a limit was hit: neither yes nor no
};

class Pattern {
 public:
  /// invalid_params with the reason when it is no ECMA-262 pattern or no engine here can run it.
  static Result<Pattern> compile(std::string_view ecma);

  /// Does the pattern occur anywhere in `text` (UTF-8)? `match_limit` counts only where
  /// backtracks().
  PatternMatch search(std::string_view text, std::uint32_t match_limit = pattern_match_limit) const;
  /// True when the time for one match is bounded by limits instead of the text's length.
  bool backtracks() const;
  /// As it was written.
  std::string const& source() const { return source_; }

  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

 private:
  class Engine;
  class LinearEngine;
  class BacktrackingEngine;
  Pattern(std::string source, std::unique_ptr<Engine const> engine);

  std::string source_;
  std::unique_ptr<Engine const> engine_;
};

}  // namespace rampart::json
