#include "base/log_secrets.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include "base/log_text.hpp"

namespace rampart::base {
namespace {

/// Members whose values are words or times of our own.
bool is_ours(std::string_view key) {
  constexpr std::array<std::string_view, 5> names{"timestamp", "level", "logger", "status",
                                                  "protocol_version"};
  return std::ranges::find(names, key) != names.end();
}

}  // namespace

bool Secrets::add(std::string_view value) {
  if (value.size() < min_size) return false;
  std::string escaped;
  append_quoted(escaped, value);
  std::lock_guard const lock(mutex_);
  values_.emplace_back(value);
  values_.push_back(escaped.substr(1, escaped.size() - 2));
  std::sort(values_.begin(), values_.end(), [](std::string const& a, std::string const& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
  return true;
}

void Secrets::redact(std::string& text) const {
  std::shared_lock const lock(mutex_);
  redact_plain(text);
}

void Secrets::redact_lines(std::string& lines) const {
  std::shared_lock const lock(mutex_);
  if (!lines.starts_with('{')) {
    redact_plain(lines);
    return;
  }
  // Nearly every batch holds none.
  if (std::ranges::any_of(
          values_, [&](auto const& value) { return lines.find(value) != std::string::npos; }))
    lines = redact_json(lines);
}

void Secrets::redact_plain(std::string& text) const {
  for (auto const& value : values_) {
    for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at)) {
      text.replace(at, value.size(), mark);
      at += mark.size();
    }
  }
}

std::string Secrets::redact_json(std::string_view lines) const {
  std::string out;
  int depth = 0;
  bool ours = false;  // the value that follows
  while (!lines.empty()) {
    auto const begin = lines.find('"');
    auto const between = lines.substr(0, begin);
    for (char const c : between) {
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (c == '\n') depth = 0;
    }
    out += between;
    if (begin == std::string_view::npos) break;
    auto end = begin + 1;
    while (end < lines.size() && lines[end] != '"') end += lines[end] == '\\' ? 2 : 1;
    end = std::min(end, lines.size());
    std::string text(lines.substr(begin + 1, end - begin - 1));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    bool const key = depth == 1 && lines.starts_with(':');
    if (!key && !ours) redact_plain(text);
    ours = key && is_ours(text);
    ((out += '"') += text) += '"';
  }
  return out;
}

std::size_t Secrets::longest() const {
  std::shared_lock const lock(mutex_);
  return values_.empty() ? 0 : values_.front().size();
}

}  // namespace rampart::base
