// Rules on one value alone: const, enum, numbers, strings.
#include <algorithm>

#include "json/schema/validator.hpp"

namespace rampart::json {
namespace {
// A text's length costs this many bytes a step where it has to be walked through.
constexpr std::size_t bytes_per_step = 64;
// A backtracking pattern is tried with a small limit first: nearly all texts need no more, and only
// those that do pay for the full one.
constexpr std::uint32_t first_match_limit = 2'000;
constexpr std::size_t first_match_steps = 100;
}  // namespace

bool Validator::values(Subschema const& s, Node node) {
  for (ValueRule const& rule : s.values) {
    if (!spend(1 + rule.others.size())) return false;
    auto text = node.as_string();
    if (text && rule.strings.find(*text) != nullptr) continue;
    if (!text && std::ranges::any_of(rule.others, [node](auto& one) { return one.equals(node); }))
      continue;
    bool one = rule.keyword == "const";
    return violated(rule.keyword, one ? "must be " : "must be one of ", rule.allowed);
  }
  return true;
}

bool Validator::number(NumberRules const& rules, Node node) {
  Number value = *Number::of(node);
  if (rules.minimum && value < *rules.minimum)
    return violated("minimum", "must be at least ", *rules.minimum);
  if (rules.maximum && value > *rules.maximum)
    return violated("maximum", "must be at most ", *rules.maximum);
  if (rules.exclusive_minimum && value <= *rules.exclusive_minimum)
    return violated("exclusiveMinimum", "must be greater than ", *rules.exclusive_minimum);
  if (rules.exclusive_maximum && value >= *rules.exclusive_maximum)
    return violated("exclusiveMaximum", "must be less than ", *rules.exclusive_maximum);
  if (rules.multiple_of && !rules.multiple_of->divides(value))
    return violated("multipleOf", "must be a multiple of ", *rules.multiple_of);
  return true;
}

bool Validator::string(StringRules const& rules, std::string_view text) {
  // A code point is one to four bytes, so most lengths need no counting.
  bool count_for_max = text.size() > rules.max_length;
  bool count_for_min = rules.min_length > 0 && text.size() / 4 < rules.min_length;
  if (count_for_max || count_for_min) {
    if (!spend(text.size() / bytes_per_step)) return false;
    std::size_t length = code_points(text);
    if (length < rules.min_length)
      return violated("minLength", "must have at least ", rules.min_length, " characters");
    if (length > rules.max_length)
      return violated("maxLength", "must have at most ", rules.max_length, " characters");
  }
  if (rules.pattern == nullptr || pattern(*rules.pattern, text)) return true;
  return violated("pattern", "must match the pattern ", rules.pattern->source());
}

bool Validator::pattern(Pattern const& pattern, std::string_view text) {
  if (!spend(1 + text.size() / bytes_per_step)) return false;
  if (!pattern.backtracks()) return pattern.search(text) == PatternMatch::yes;
  if (!spend(first_match_steps)) return false;
  PatternMatch match = pattern.search(text, first_match_limit);
  if (match == PatternMatch::too_slow && spend(pattern_match_limit)) match = pattern.search(text);
  if (match == PatternMatch::too_slow)
    abandon("pattern", "pattern took too long: " + pattern.source());
  return match == PatternMatch::yes;
}

}  // namespace rampart::json
