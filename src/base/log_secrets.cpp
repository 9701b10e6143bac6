#include "base/log_secrets.hpp"

#include <algorithm>
#include <mutex>

#include "base/log_text.hpp"

namespace rampart::base {

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
  for (auto const& value : values_) {
    for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at)) {
      text.replace(at, value.size(), mark);
      at += mark.size();
    }
  }
}

std::size_t Secrets::longest() const {
  std::shared_lock const lock(mutex_);
  return values_.empty() ? 0 : values_.front().size();
}

}  // namespace rampart::base
