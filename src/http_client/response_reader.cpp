#include "http_client/response_reader.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/optional/optional.hpp>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/assertion.hpp"

namespace rampart::http_client {
namespace http = boost::beast::http;
using boost::system::error_code;
namespace {

// A body that collects in a string. Beast's own reserves what Content-Length promises, which a
// server could make terabytes.
struct CollectedBody {
  struct value_type {
    std::string text;
    std::uint64_t chunk_left = 0;
  };
  class reader {
   public:
    template <bool is_request, class Fields>
    reader(http::header<is_request, Fields>&, value_type& body) : body_(body) {}
    void init(boost::optional<std::uint64_t> const&, error_code& ec) { ec = {}; }
    template <class Buffers>
    std::size_t put(Buffers const& buffers, error_code& ec) {
      ec = {};
      std::size_t taken = 0;
      for (auto const buffer : boost::beast::buffers_range_ref(buffers)) {
        body_.text.append(static_cast<char const*>(buffer.data()), buffer.size());
        taken += buffer.size();
      }
      body_.chunk_left -= std::min<std::uint64_t>(taken, body_.chunk_left);
      return taken;
    }
    void finish(error_code& ec) { ec = {}; }

   private:
    value_type& body_;
  };
};

// The shortest end of a chunked body, "0\r\n\r\n". Beast asserts that it has all of it, trailers or
// not, when it is asked about the last chunk a second time: so it is not asked before.
bool is_unfinished_end(std::string_view bytes) {
  return bytes.size() < 5 && bytes.starts_with("0\r\n");
}

Failure not_http(std::string const& why) {
  return fail(Errc::unavailable, "the server's answer cannot be read as HTTP/1.1: " + why);
}
}  // namespace

struct ResponseReader::Parser : http::response_parser<CollectedBody> {
  Parser() { on_chunk_header(begin_chunk); }
  /// What comes next is a chunk's size, not its data.
  bool between_chunks() const { return chunked() && get().body().chunk_left == 0; }
  std::function<void(std::uint64_t, boost::beast::string_view, error_code&)> begin_chunk =
      [this](std::uint64_t size, boost::beast::string_view, error_code& ec) {
        ec = {};
        get().body().chunk_left = size;
      };
};

ResponseReader::ResponseReader(std::size_t max_header_bytes) : max_header_bytes_(max_header_bytes) {
  start();
}

ResponseReader::~ResponseReader() = default;

void ResponseReader::start() {
  parser_ = std::make_unique<Parser>();
  parser_->header_limit(static_cast<std::uint32_t>(max_header_bytes_));
  parser_->body_limit(boost::none);
  parser_->eager(true);
}

bool ResponseReader::done() const { return has_head_ && parser_->is_done(); }

bool ResponseReader::keeps_connection() const {
  return done() && pending_.empty() && head_.status != 101 && parser_->keep_alive();
}

std::string ResponseReader::take_body() {
  if (!has_head_) return {};
  return std::exchange(parser_->get().body().text, std::string());
}

Result<void> ResponseReader::look_at_head() {
  int const status = static_cast<int>(parser_->get().result_int());
  if (status < 100) return not_http("its status is no status");
  // 100 Continue and its kind announce the response and are none (RFC 9110 section 15.2).
  if (status < 200 && status != 101) {
    if (++interim_ > max_interim_responses) return not_http("too many interim responses");
    start();
    return {};
  }
  head_.status = status;
  for (auto const& field : parser_->get())
    head_.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  has_head_ = true;
  return {};
}

// What is left over, when it makes sense only with more.
Result<std::string_view> ResponseReader::parse(std::string_view bytes) {
  while (!bytes.empty() && !done()) {
    if (has_head_ && parser_->between_chunks() && is_unfinished_end(bytes)) break;
    error_code ec;
    std::size_t taken = 0;
    try {
      taken = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), ec);
    } catch (base::AssertionFailed const& error) {
      return not_http(error.what());
    }
    bytes.remove_prefix(taken);
    if (ec && ec != http::error::need_more) return not_http(ec.message());
    if (!has_head_ && parser_->is_header_done()) {
      if (auto const looked = look_at_head(); !looked) return fail(looked.error());
    } else if (!has_head_ && (header_bytes_ += taken) > max_header_bytes_) {
      return not_http("its headers are too large");
    }
    if (ec || taken == 0) break;
  }
  return bytes;
}

Result<void> ResponseReader::feed(std::string_view bytes) {
  begun_ = begun_ || !bytes.empty();
  if (!pending_.empty()) pending_.append(bytes);
  auto const left = parse(pending_.empty() ? bytes : std::string_view(pending_));
  if (!left) return fail(left.error());
  if (left->size() > max_header_bytes_ && !done()) return not_http("a line of it is too long");
  pending_ = std::string(*left);
  return {};
}

Result<void> ResponseReader::feed_end() {
  if (done()) return {};
  error_code ec = http::error::partial_message;
  if (has_head_) parser_->put_eof(ec);
  if (ec)
    return fail(Errc::unavailable, begun_ ? "the server closed the connection within its answer"
                                          : "the server closed the connection without an answer");
  return {};
}

}  // namespace rampart::http_client
