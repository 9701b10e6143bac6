#include "http/request_parser.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/system/errc.hpp>
#include <cstring>

namespace rampart::http {

// The input is gone when the next bytes come.
std::string_view RequestParser::kept(Text text) {
  if (text.empty()) return {};
  auto* const copy = static_cast<char*>(arena_.allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

void RequestParser::on_request_impl(boost::beast::http::verb, Text method, Text target, int version,
                                    error_code&) {
  head_.start(kept(method), kept(target), static_cast<unsigned>(version));
}

void RequestParser::on_field_impl(boost::beast::http::field, Text name, Text value, error_code&) {
  if (is_header_done()) return;  // trailers: nothing in them is asked for
  head_.add(kept(name), kept(value));
}

std::size_t RequestParser::on_body_impl(Text body, error_code& ec) {
  switch (body_.append({body.data(), body.size()})) {
    case BodyText::Appended::ok:
      return body.size();
    case BodyText::Appended::over_limit:
      ec = boost::beast::http::error::body_limit;
      return 0;
    case BodyText::Appended::over_budget:
      ec = make_error_code(boost::system::errc::not_enough_memory);
      return 0;
  }
  return 0;
}

}  // namespace rampart::http
