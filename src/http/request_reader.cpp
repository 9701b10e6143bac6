#include "http/request_reader.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/optional/optional.hpp>
#include <utility>

#include "base/assertion.hpp"
#include "http/ascii.hpp"

namespace rampart::http {
namespace beast = boost::beast::http;
using boost::system::error_code;
namespace {
constexpr std::size_t kept_body_bytes = 64 * 1024;
// The shortest end of a chunked body, "0\r\n\r\n". Beast asserts that it has all of it, trailers or
// not, when it is asked about the last chunk a second time: so it is not asked before.
bool is_unfinished_end(std::string_view bytes) {
  return bytes.size() < 5 && bytes.starts_with("0\r\n");
}

// True if the first line ends as the request line of some HTTP version does: "HTTP/2.0\r\n".
bool names_a_version(std::string_view bytes) {
  constexpr std::string_view form = "HTTP/d.d\r\n";
  std::string_view line = bytes.substr(0, bytes.find('\n') + 1);
  if (line.size() < form.size()) return false;
  line.remove_prefix(line.size() - form.size());
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == 'd' ? line[i] < '0' || line[i] > '9' : line[i] != form[i]) return false;
  return true;
}
}  // namespace

RequestReader::RequestReader(Limits const& limits, BodyBudget& budget) : limits_(limits) {
  body_.budget = &budget;
  body_.text.reserve(512);
}

RequestReader::Step RequestReader::feed(std::string_view bytes, std::size_t& used) {
  used = 0;
  if (!started_) {
    // One empty line before a request is forgiven (RFC 9112 section 2.2).
    std::size_t const skipped = skip_leading_line(bytes);
    bytes.remove_prefix(skipped);
    if (bytes.empty() || bytes == "\r") {
      used = 0;  // not consumed yet: a second empty line must not be forgiven
      return Step::need_more;
    }
    Step const step = start(bytes);
    if (step == Step::refused) return step;
    Step const advanced = advance(bytes, used);
    used += skipped;
    return advanced;
  }
  return advance(bytes, used);
}

std::size_t RequestReader::skip_leading_line(std::string_view bytes) const {
  return bytes.starts_with("\r\n") ? 2 : 0;
}

RequestReader::Step RequestReader::start(std::string_view bytes) {
  started_ = true;
  // A TLS handshake or noise is refused at its first byte instead of waiting for a line that never
  // ends.
  if (!is_token_char(bytes.front())) return refuse({Refusal::malformed, 400});
  parser_.emplace(head_, body_, arena_);
  parser_->eager(false);
  parser_->body_limit(boost::none);
  // Ours is exact, and answers 431; Beast's only has to be out of its way.
  parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes + 64));
  return Step::need_more;
}

RequestReader::Step RequestReader::advance(std::string_view bytes, std::size_t& used) {
  while (!complete()) {
    std::string_view const rest = bytes.substr(used);
    bool const waits = head_done_ && parser_->between_chunks() && is_unfinished_end(rest);
    if (rest.empty() || waits) return Step::need_more;
    error_code ec;
    std::size_t const taken = put(rest, ec);
    used += taken;
    bytes_read_ += taken;
    if (ec && ec != beast::error::need_more) return refuse(translate(ec, rest));
    // What is not taken is one unfinished line, the trailers or a chunk's extensions: all bounded
    // like a head.
    std::size_t const unread = bytes.size() - used;
    std::size_t const line_limit = limits_.header_bytes;
    if (!head_done_) {
      std::size_t const seen = bytes_read_ + (ec ? unread : 0);
      if (seen > line_limit) return refuse({Refusal::header_limit, 431});
      if (parser_->is_header_done()) return finish_head();
    }
    if (ec) {
      if (head_done_ && unread > line_limit) return refuse({Refusal::malformed, 400});
      return Step::need_more;
    }
  }
  return Step::complete;
}

std::size_t RequestReader::put(std::string_view bytes, error_code& ec) {
  try {
    return parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  } catch (base::AssertionFailed const&) {
    ec = beast::error::bad_chunk;
    return 0;
  }
}

RequestReader::Step RequestReader::finish_head() {
  head_done_ = true;
  // A 1.0 client is answered and left: nothing is gained by its keep-alive.
  keep_alive_ = head_.is_http_1_1() && parser_->keep_alive();
  if (Refused const refused = check_head(head_, limits_)) return refuse(refused);
  return Step::head;
}

bool RequestReader::allow_body(std::size_t limit) {
  body_.limit = limit;
  auto const announced = parser_->content_length();
  if (!announced || *announced <= limit) return true;
  refuse({Refusal::body_limit, 413});
  return false;
}

void RequestReader::next() {
  head_.clear();
  parser_.reset();
  arena_.clear();
  body_.clear();
  if (body_.text.capacity() < body_padding) body_.text.reserve(512);
  refusal_ = {};
  bytes_read_ = 0;
  started_ = head_done_ = keep_alive_ = false;
}

void RequestReader::recycle() {
  if (body_.text.capacity() > kept_body_bytes) std::string().swap(body_.text);
  next();
}

RequestReader::Step RequestReader::refuse(Refused why) {
  refusal_ = why;
  return Step::refused;
}

Refused RequestReader::translate(error_code const& ec, std::string_view rest) {
  if (ec == beast::error::header_limit) return {Refusal::header_limit, 431};
  if (ec == beast::error::body_limit) return {Refusal::body_limit, 413};
  if (ec == boost::system::errc::not_enough_memory) return {Refusal::overload, 503};
  if (ec == beast::error::bad_version && names_a_version(rest)) return {Refusal::malformed, 505};
  return {Refusal::malformed, 400};
}

}  // namespace rampart::http
