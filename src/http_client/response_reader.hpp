// Bytes of one HTTP/1.1 response, as they come, to its head and body (RFC 9112). No I/O.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http_client/client.hpp"

namespace rampart::http_client {

class ResponseReader {
 public:
  static constexpr int max_interim_responses = 16;  ///< 1xx before the real one

  explicit ResponseReader(std::size_t max_header_bytes);
  ~ResponseReader();
  ResponseReader(ResponseReader const&) = delete;
  ResponseReader& operator=(ResponseReader const&) = delete;

  /// Takes the next bytes of the connection. Errors: unavailable: not HTTP/1.1, or a bound
  /// exceeded; the rest of the connection is then meaningless.
  Result<void> feed(std::string_view bytes);
  /// The connection has ended: for some bodies the only end there is. Errors: unavailable when it
  /// came too early.
  Result<void> feed_end();

  bool has_head() const { return has_head_; }
  ResponseHead const& head() const { return head_; }
  /// The body's bytes that have come since the last call.
  std::string take_body();
  bool done() const;
  /// After done(): the connection can carry another exchange.
  bool keeps_connection() const;
  /// Has any byte of a response come?
  bool begun() const { return begun_; }

 private:
  struct Parser;
  void start();
  Result<std::string_view> parse(std::string_view bytes);
  Result<void> look_at_head();

  std::size_t const max_header_bytes_;
  std::unique_ptr<Parser> parser_;
  std::string pending_;  // bytes that make sense only with more
  ResponseHead head_;
  std::size_t header_bytes_ = 0;
  int interim_ = 0;
  bool has_head_ = false;
  bool begun_ = false;
};

}  // namespace rampart::http_client
