#include "http/body.hpp"

#include <algorithm>

namespace rampart::http {

bool BodyBudget::take(std::size_t bytes) {
  std::size_t const before = held_.fetch_add(bytes, std::memory_order_relaxed);
  if (before <= limit_ && bytes <= limit_ - before) return true;
  give_back(bytes);
  return false;
}

BodyText::Appended BodyText::append(std::string_view bytes) {
  if (bytes.size() > limit - std::min(limit, text.size())) return Appended::over_limit;
  if (budget && !budget->take(bytes.size())) return Appended::over_budget;
  held_ += bytes.size();
  std::size_t const needed = text.size() + bytes.size() + body_padding;
  if (text.capacity() < needed) text.reserve(std::max(needed, 2 * text.capacity()));
  text.append(bytes);
  return Appended::ok;
}

void BodyText::clear() {
  if (budget && held_) budget->give_back(held_);
  held_ = 0;
  text.clear();
}

}  // namespace rampart::http
