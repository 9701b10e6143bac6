#include "http/response_writer.hpp"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>

#include "http/date.hpp"

namespace rampart::http {
namespace {
void append_number(std::string& out, std::size_t value, int base = 10) {
  std::array<char, 24> digits;
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
  out.append(digits.data(), end);
}

void append_status_line(std::string& out, int status) {
  if (status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
    return;
  }
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(status));
  out += ' ';
  auto const reason = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(status)));
  out.append(reason.data(), reason.size());
  out += "\r\n";
}

void append_cleaned(std::string& out, std::string_view text) {
  std::size_t const start = out.size();
  out += text;
  bool clean = true;  // in a loop of its own, which the compiler turns into one for many bytes
  for (char const c : text) clean &= c > '\r' || c < 0;
  if (clean) return;
  for (std::size_t i = start; i < out.size(); ++i)
    if (out[i] == '\r' || out[i] == '\n' || out[i] == '\0') out[i] = ' ';
}

// Names are literals of ours, values may come from a peer.
void append_line(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  append_cleaned(out, value);
  out += "\r\n";
}

// Neither carries a length (RFC 9110 section 8.6; for 304 it would describe another answer's body).
bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }
}  // namespace

void append_head(std::string& out, ResponseHead const& head,
                 std::chrono::system_clock::time_point now) {
  append_status_line(out, head.status);
  if (!head.content_type.empty()) append_line(out, "Content-Type", head.content_type);
  if (!has_no_body(head.status)) {
    if (head.framing == Framing::length) {
      out += "Content-Length: ";
      append_number(out, head.length);
      out += "\r\n";
    } else if (head.framing == Framing::chunked) {
      out += "Transfer-Encoding: chunked\r\n";
    }
  }
  out += "Date: ";
  out += http_date(now);
  out += "\r\n";
  if (head.headers)
    for (auto const& [name, value] : *head.headers) append_line(out, name, value);
  if (head.close) out += "Connection: close\r\n";
  out += "\r\n";
}

void append_chunk(std::string& out, std::string_view bytes) {
  if (bytes.empty()) return;
  append_number(out, bytes.size(), 16);
  out += "\r\n";
  out += bytes;
  out += "\r\n";
}

}  // namespace rampart::http
