#include "base/access_line.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace rampart::base {
namespace {

// A literal's size is known to the compiler, so each of these is a few stores.
template <std::size_t N>
char* put(char* out, char const (&literal)[N]) {
  std::memcpy(out, literal, N - 1);
  return out + N - 1;
}

char* put_text(char* out, std::string_view text) {
  return escape_json(out, clip(text, AccessLog::field_bytes));
}

template <class T>
char* put_integer(char* out, T value) {
  return std::to_chars(out, out + 24, value).ptr;
}

// Milliseconds with three decimals: 0.412.
char* put_milliseconds(char* out, std::chrono::nanoseconds duration) {
  auto const us = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)) / 1000;
  out = put_integer(out, us / 1000);
  auto const rest = static_cast<unsigned>(us % 1000);
  *out++ = '.';
  *out++ = static_cast<char>('0' + rest / 100);
  *out++ = static_cast<char>('0' + rest / 10 % 10);
  *out++ = static_cast<char>('0' + rest % 10);
  return out;
}

template <std::size_t N>
char* put_optional(char* out, char const (&key)[N], std::string_view text) {
  if (text.empty()) return out;
  out = put(out, key);
  out = put_text(out, text);
  *out++ = '"';
  return out;
}

}  // namespace

char* write_access_json(char* out, AccessRecord const& r, Wall::time_point at) {
  out = put(out, R"({"timestamp":")");
  out = write_timestamp(out, at);
  out = put(out, R"(","level":"info","logger":"rampart.access","event":")");
  out = put_text(out, r.event);
  *out++ = '"';
  out = put_optional(out, R"(,"request_id":")", r.request_id);
  out = put(out, R"(,"method":")");
  out = put_text(out, r.method);
  *out++ = '"';
  out = put_optional(out, R"(,"tool":")", r.tool);
  out = put(out, R"(,"status":")");
  out = put_text(out, r.status);
  out = put(out, R"(","code":)");
  out = put_integer(out, r.code);
  out = put(out, R"(,"duration_ms":)");
  out = put_milliseconds(out, r.duration);
  out = put(out, R"(,"bytes_in":)");
  out = put_integer(out, r.bytes_in);
  out = put(out, R"(,"bytes_out":)");
  out = put_integer(out, r.bytes_out);
  out = put_optional(out, R"(,"protocol_version":")", r.protocol_version);
  out = put_optional(out, R"(,"client_id":")", r.client_id);
  out = put_optional(out, R"(,"trace_id":")", r.trace_id);
  out = put_optional(out, R"(,"span_id":")", r.span_id);
  return put(out, "}\n");
}

char* write_access_console(char* out, AccessRecord const& r, Wall::time_point at) {
  out = write_timestamp(out, at);
  *out++ = ' ';
  out = put_text(out, r.event);
  *out++ = ' ';
  out = put_text(out, r.method);
  if (!r.tool.empty()) {
    *out++ = ' ';
    out = put_text(out, r.tool);
  }
  *out++ = ' ';
  out = put_text(out, r.status);
  *out++ = ' ';
  out = put_integer(out, r.code);
  *out++ = ' ';
  out = put_milliseconds(out, r.duration);
  out = put(out, "ms in=");
  out = put_integer(out, r.bytes_in);
  out = put(out, " out=");
  out = put_integer(out, r.bytes_out);
  if (!r.client_id.empty()) {
    out = put(out, " client=");
    out = put_text(out, r.client_id);
  }
  if (!r.request_id.empty()) {
    out = put(out, " request_id=");
    out = put_text(out, r.request_id);
  }
  *out++ = '\n';
  return out;
}

}  // namespace rampart::base
