#include "process/line_splitter.hpp"

#include <algorithm>
#include <utility>

namespace rampart::process {
namespace {
constexpr std::size_t growth = 4;  // of a line's memory; what it does not fill is never touched
}

std::optional<LineSplitter::Line> LineSplitter::next() {
  while (!chunk_.empty()) {
    auto const end = chunk_.find('\n');
    bool const whole = end != chunk_.npos;
    auto const part = chunk_.substr(0, end);
    chunk_.remove_prefix(whole ? end + 1 : chunk_.size());
    bool const was_skipping = skipping_;
    bool const fits = take(part);
    if (whole) skipping_ = false;
    if (!fits && !was_skipping) return Line{{}, true};
    if (!whole || was_skipping) continue;
    if (auto line = complete()) return line;
  }
  return std::nullopt;
}

// False when the line is over the bound and skipped.
bool LineSplitter::take(std::string_view part) {
  if (skipping_) return false;
  auto const room = max_line_bytes_ - pending_.size();
  if (part.size() > room && overlong_ == Overlong::skip) {
    skipping_ = true;
    std::string().swap(pending_);
    return false;
  }
  auto const size = pending_.size() + std::min(room, part.size());
  if (size > pending_.capacity() && !pending_.empty())
    pending_.reserve(std::min(pending_.size() * growth, max_line_bytes_));
  pending_.append(part.substr(0, room));
  return true;
}

std::optional<LineSplitter::Line> LineSplitter::complete() {
  if (pending_.ends_with('\r')) pending_.pop_back();
  if (pending_.empty()) return std::nullopt;
  return Line{std::exchange(pending_, {}), false};
}

std::optional<LineSplitter::Line> LineSplitter::rest() { return complete(); }

}  // namespace rampart::process
