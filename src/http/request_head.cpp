#include "http/request_head.hpp"

#include <algorithm>

#include "http/ascii.hpp"

namespace rampart::http {
namespace {
// The parser takes a list of equal lengths for one length.
bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Bit 5 is what tells the cases of a letter apart.
std::uint8_t mark_of(std::string_view name) {
  if (name.empty()) return 0;
  auto const first = static_cast<unsigned>(name.front()) | 0x20u;
  auto const last = static_cast<unsigned>(name.back()) | 0x20u;
  return static_cast<std::uint8_t>(name.size() * 5 + first * 3 + last);
}
}  // namespace

void RequestHead::add(std::string_view name, std::string_view value) {
  auto const mark = mark_of(name);
  lines_.push_back({name, value, mark});
  marks_ |= std::uint64_t{1} << (mark % 64);
}

void RequestHead::clear() {
  lines_.clear();
  marks_ = 0;
}

std::optional<std::string_view> RequestHead::header(std::string_view name) const {
  auto const mark = mark_of(name);
  if (!has_mark(mark)) return std::nullopt;
  for (auto const& line : lines_)
    if (line.mark == mark && same_ignoring_case(line.name, name)) return line.value;
  return std::nullopt;
}

std::vector<std::string_view> RequestHead::headers(std::string_view name) const {
  std::vector<std::string_view> out;
  auto const mark = mark_of(name);
  if (!has_mark(mark)) return out;
  for (auto const& line : lines_)
    if (line.mark == mark && same_ignoring_case(line.name, name)) out.push_back(line.value);
  return out;
}

std::size_t RequestHead::header_count(std::string_view name) const {
  auto const mark = mark_of(name);
  if (!has_mark(mark)) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(lines_, [&](Line const& line) {
    return line.mark == mark && same_ignoring_case(line.name, name);
  }));
}

void RequestHead::start(std::string_view method, std::string_view target, unsigned version) {
  method_ = method;
  target_ = target;
  version_ = version;
  clear();
}

Refused check_head(RequestHead const& head, Limits const& limits) {
  constexpr Refused malformed{Refusal::malformed, 400};
  if (head.lines().size() > limits.header_count) return {Refusal::header_limit, 431};

  std::size_t const hosts = head.header_count("Host");
  if (hosts > 1 || (hosts == 0 && head.is_http_1_1())) return malformed;

  // Two readers that disagree on where a body ends are how requests are smuggled, so that anything
  // but the one coding of HTTP/1.1 is refused, and so is a second opinion on the length.
  std::size_t const lengths = head.header_count("Content-Length");
  std::size_t const codings = head.header_count("Transfer-Encoding");
  if (lengths > 1 || codings > 1) return malformed;
  if (lengths == 1 && !is_number(*head.header("Content-Length"))) return malformed;
  if (codings == 0) return {};
  if (lengths > 0 || !head.is_http_1_1()) return malformed;
  if (!same_ignoring_case(*head.header("Transfer-Encoding"), "chunked"))
    return {Refusal::malformed, 501};
  return {};
}

Expectation expectation(RequestHead const& head) {
  std::size_t const lines = head.header_count("Expect");
  if (lines == 0 || !head.is_http_1_1()) return Expectation::none;
  bool const known = lines == 1 && same_ignoring_case(*head.header("Expect"), "100-continue");
  return known ? Expectation::continue_100 : Expectation::unknown;
}

}  // namespace rampart::http
