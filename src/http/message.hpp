// What a handler sees of one HTTP/1.1 request, and what it answers.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rampart::http {

/// The parts of a request head that handlers ask for. Views live as long as the Exchange.
class Head {
 public:
  virtual ~Head() = default;
  virtual std::string_view method() const = 0;
  virtual std::string_view target() const = 0;  ///< as sent: path and query, or a whole URL
  /// Of the target, without the query.
  std::string_view path() const;
  /// The host and port that were asked for: the target's own where it is a whole URL, else Host
  /// (RFC 9112 section 3.2.2).
  std::optional<std::string_view> authority() const;
  /// First value of a header, whitespace trimmed; names compare without case.
  virtual std::optional<std::string_view> header(std::string_view name) const = 0;
  /// The values of all lines that carry this name, in their order.
  virtual std::vector<std::string_view> headers(std::string_view name) const = 0;
  /// How many lines carry this name.
  virtual std::size_t header_count(std::string_view name) const = 0;
};

using HeaderLines = std::vector<std::pair<std::string, std::string>>;

struct Response {
  int status = 200;
  std::string content_type = "application/json";  ///< no header when empty
  std::string body;
  HeaderLines headers;
  bool close = false;  ///< end the connection after this answer
};

/// A status without a body, and so without a Content-Type.
inline Response empty_response(int status) {
  Response response;
  response.status = status;
  response.content_type.clear();
  return response;
}

}  // namespace rampart::http
