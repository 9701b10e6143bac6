// A request head made of a list of lines.
#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "http/message.hpp"

namespace rampart::transport {

class Lines final : public http::Head {
 public:
  Lines(std::initializer_list<std::pair<std::string, std::string>> lines) : lines_(lines) {}
  std::string_view method() const override { return "POST"; }
  std::string_view target() const override { return "/mcp"; }
  std::optional<std::string_view> header(std::string_view name) const override {
    for (auto const& [key, value] : lines_)
      if (same(key, name)) return value;
    return std::nullopt;
  }
  std::vector<std::string_view> headers(std::string_view name) const override {
    std::vector<std::string_view> out;
    for (auto const& [key, value] : lines_)
      if (same(key, name)) out.push_back(value);
    return out;
  }
  std::size_t header_count(std::string_view name) const override {
    return static_cast<std::size_t>(
        std::ranges::count_if(lines_, [&](auto const& line) { return same(line.first, name); }));
  }

 private:
  static bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
  }
  std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace rampart::transport
