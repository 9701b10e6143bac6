// The head of one request as handlers see it, and the list of heads that are refused before any
// handler looks.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "http/exchange.hpp"
#include "http/limits.hpp"
#include "http/message.hpp"

namespace rampart::http {

/// A request that the connection layer refuses by itself. Status 0 = not refused.
struct Refused {
  Refusal why = Refusal::malformed;
  int status = 0;
  explicit operator bool() const { return status != 0; }
};

/// Views into the parser that read it. Holds what stood in the head only: trailers never reach it.
class RequestHead final : public Head {
 public:
  struct Line {
    std::string_view name;
    std::string_view value;
    std::uint8_t mark;  ///< equal names have equal ones
  };

  std::string_view method() const override { return method_; }
  std::string_view target() const override { return target_; }
  std::optional<std::string_view> header(std::string_view name) const override;
  std::vector<std::string_view> headers(std::string_view name) const override;
  std::size_t header_count(std::string_view name) const override;

  unsigned version() const { return version_; }  ///< 10 or 11
  bool is_http_1_1() const { return version_ == 11; }
  std::vector<Line> const& lines() const { return lines_; }

  void start(std::string_view method, std::string_view target, unsigned version);
  void add(std::string_view name, std::string_view value);
  void clear();

 private:
  bool has_mark(std::uint8_t mark) const { return marks_ >> (mark % 64) & 1; }

  std::string_view method_;
  std::string_view target_;
  unsigned version_ = 11;
  std::vector<Line> lines_;
  std::uint64_t marks_ = 0;  ///< which occur: most names that are asked for are not there
};

/// What the parser lets pass and a server must not (RFC 9112 sections 3.2, 6.1 and 6.3).
Refused check_head(RequestHead const& head, Limits const& limits);

enum class Expectation { none, continue_100, unknown };
Expectation expectation(RequestHead const& head);

}  // namespace rampart::http
