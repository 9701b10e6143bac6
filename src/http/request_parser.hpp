// What Beast's parser finds in a request goes straight to where it is wanted: the head's lines to
// RequestHead, with their bytes in an arena, and the body to BodyText.
#pragma once
#include <boost/beast/http/basic_parser.hpp>

#include "http/arena.hpp"
#include "http/body.hpp"
#include "http/request_head.hpp"

namespace rampart::http {

/// Errors besides Beast's: body_limit past the body's own limit, not_enough_memory over the budget.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  /// All three outlive it.
  RequestParser(RequestHead& head, BodyText& body, Arena& arena)
      : head_(head), body_(body), arena_(arena) {}

  /// What comes next is a chunk's size, not its data.
  bool between_chunks() const { return chunked() && chunk_left_ == 0; }

 private:
  using error_code = boost::system::error_code;
  using Text = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb verb, Text method, Text target, int version,
                       error_code& ec) override;
  void on_response_impl(int, Text, int, error_code&) override {}
  void on_field_impl(boost::beast::http::field field, Text name, Text value,
                     error_code& ec) override;
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(Text body, error_code& ec) override;
  void on_chunk_header_impl(std::uint64_t size, Text, error_code&) override { chunk_left_ = size; }
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, error_code& ec) override {
    auto const taken = on_body_impl(body, ec);
    chunk_left_ -= taken;
    return taken;
  }
  void on_finish_impl(error_code&) override {}

  std::string_view kept(Text text);

  RequestHead& head_;
  BodyText& body_;
  Arena& arena_;
  std::uint64_t chunk_left_ = 0;
};

}  // namespace rampart::http
