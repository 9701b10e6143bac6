// Where a request body goes: a string that grows as bytes arrive, within this request's limit and
// the process's budget, and always has room for the padding that simdjson reads past the end.
#pragma once
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

namespace rampart::http {

inline constexpr std::size_t body_padding = 64;

/// Bytes of request bodies that the process holds. Any thread.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t limit) : limit_(limit) {}
  bool take(std::size_t bytes);
  void give_back(std::size_t bytes) { held_.fetch_sub(bytes, std::memory_order_relaxed); }
  std::size_t held() const { return held_.load(std::memory_order_relaxed); }

 private:
  std::size_t const limit_;
  std::atomic<std::size_t> held_{0};
};

/// One body. Its bytes count against the budget until clear(), also after the text was moved out.
class BodyText {
 public:
  BodyText() = default;
  BodyText(BodyText const&) = delete;
  BodyText& operator=(BodyText const&) = delete;
  ~BodyText() { clear(); }

  enum class Appended { ok, over_limit, over_budget };
  Appended append(std::string_view bytes);
  void clear();

  std::string text;
  std::size_t limit = 0;  ///< bytes
  BodyBudget* budget = nullptr;

 private:
  std::size_t held_ = 0;
};

}  // namespace rampart::http
