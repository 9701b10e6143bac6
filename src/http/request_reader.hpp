// Bytes to a request in two phases, without I/O: the head, checked, and then, once somebody has
// allowed it, the body.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/arena.hpp"
#include "http/body.hpp"
#include "http/request_head.hpp"
#include "http/request_parser.hpp"

namespace rampart::http {

/// Reads one request after the other; next() stands between two. Everything it keeps is copied out
/// of its input.
class RequestReader {
 public:
  enum class Step {
    need_more,  ///< call again with the bytes that were not used and some new ones behind them
    head,       ///< the head is complete and sound; allow_body() comes next
    complete,   ///< the body is complete too
    refused,    ///< refusal() says why; nothing more can be read
  };

  RequestReader(Limits const& limits, BodyBudget& budget);

  /// Reads on; `used` = how many of `bytes` it is done with.
  Step feed(std::string_view bytes, std::size_t& used);
  /// After Step::head: the limit of this request's body in bytes; false if it is announced to be
  /// longer, which refuses the request. A body of unknown length is stopped as it grows past the
  /// limit.
  bool allow_body(std::size_t limit);
  /// Forgets the request.
  void next();

  /// True before the first byte of a request.
  bool at_start() const { return !started_; }
  /// True between Step::head and the request's end.
  bool in_body() const { return head_done_; }
  bool complete() const { return head_done_ && parser_->is_done(); }
  RequestHead const& head() const { return head_; }
  std::string& body() { return body_.text; }
  bool keep_alive() const { return keep_alive_; }
  Refused refusal() const { return refusal_; }
  /// Bytes of this request read so far.
  std::size_t bytes_read() const { return bytes_read_; }
  /// As next(), and gives memory back that an unusually large request has taken.
  void recycle();

 private:
  std::size_t skip_leading_line(std::string_view bytes) const;
  Step start(std::string_view bytes);
  Step advance(std::string_view bytes, std::size_t& used);
  /// Beast's parser, whose assertions are errors like others.
  std::size_t put(std::string_view bytes, boost::system::error_code& ec);
  Step finish_head();
  Step refuse(Refused why);
  static Refused translate(boost::system::error_code const& ec, std::string_view rest);

  Limits const& limits_;
  Arena arena_;
  BodyText body_;
  RequestHead head_;
  std::optional<RequestParser> parser_;
  Refused refusal_;
  std::size_t bytes_read_ = 0;
  bool started_ = false;
  bool head_done_ = false;
  bool keep_alive_ = false;
};

}  // namespace rampart::http
