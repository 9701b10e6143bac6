#include "json/schema/report.hpp"

#include <algorithm>
#include <vector>

#include "json/schema/program.hpp"
#include "json/write.hpp"

namespace rampart::json {
namespace {
bool is_word(std::string_view key) {
  return !key.empty() && key.size() <= max_quoted && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '$';
  });
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }
}  // namespace

std::string shown(std::string_view text) {
  if (text.size() <= max_quoted) return std::string(text);
  std::size_t end = max_quoted;
  while (end > 0 && continues(text[end])) --end;
  return std::string(text.substr(0, end)) + "...";
}

void Listing::add(std::string_view item) {
  if (++count_ > max_listed) return;
  if (count_ > 1) text_ += ", ";
  text_ += shown(item);
}

std::string Listing::text() const {
  if (count_ <= max_listed) return text_;
  return text_ + ", ... (" + std::to_string(count_) + " in all)";
}

std::string path_text(PathFrame const* innermost) {
  std::vector<PathFrame const*> frames;
  for (PathFrame const* frame = innermost; frame != nullptr; frame = frame->parent)
    frames.push_back(frame);
  std::string out;
  for (auto it = frames.rbegin(); it != frames.rend(); ++it) {
    PathFrame const& frame = **it;
    if (frame.is_index) {
      out += "[" + std::to_string(frame.index) + "]";
    } else if (is_word(frame.key)) {
      if (!out.empty()) out += '.';
      out += frame.key;
    } else {
      out += "[" + quoted(shown(frame.key)) + "]";
    }
  }
  return out;
}

std::size_t count_of(Node value) {
  auto count = value.as_uint64();
  return count ? static_cast<std::size_t>(*count) : unbounded;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return !continues(c); }));
}

}  // namespace rampart::json
