// Any text as a pattern, any text to search. Split at the first line end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "json/pattern.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace rampart::json;
  std::string_view all(reinterpret_cast<char const*>(data), size);
  std::size_t split = all.find('\n');
  std::string_view source = all.substr(0, split);
  auto pattern = Pattern::compile(source);
  if (!pattern) {
    if (pattern.error().message.empty()) std::abort();
    return 0;
  }
  if (pattern->source() != source) std::abort();
  std::string_view text = split == all.npos ? source : all.substr(split + 1);
  PatternMatch match = pattern->search(text);
  if (!pattern->backtracks() && match == PatternMatch::too_slow) std::abort();
  return 0;
}
