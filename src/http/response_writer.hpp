// The bytes of an answer: status line, headers and framing, appended to one buffer.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.hpp"

namespace rampart::http {

enum class Framing {
  length,       ///< Content-Length
  chunked,      ///< HTTP/1.1 streams
  until_close,  ///< HTTP/1.0 streams
};

struct ResponseHead {
  int status = 200;
  std::string_view content_type;  ///< no header when empty
  HeaderLines const* headers = nullptr;
  Framing framing = Framing::length;
  std::size_t length = 0;  ///< bytes, for Framing::length
  bool close = false;
};

/// Line breaks in a header's name or value become spaces, so that no value can add a header.
void append_head(std::string& out, ResponseHead const& head,
                 std::chrono::system_clock::time_point now);
/// One chunk; nothing for no bytes, because an empty chunk would end the body.
void append_chunk(std::string& out, std::string_view bytes);
inline constexpr std::string_view last_chunk = "0\r\n\r\n";
inline constexpr std::string_view continue_100 = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace rampart::http
