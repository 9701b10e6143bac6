#include "base/access_line.hpp"

#include "base/line_parts.hpp"

namespace rampart::base {
namespace {

template <std::size_t N>
char* put_word(char* out, char const (&before)[N], std::string_view word) {
  return word.empty() ? out : put_text(put(out, before), word);
}

}  // namespace

char* write_access_json(char* out, AccessRecord const& r, Wall::time_point at) {
  out = put(out, R"({"timestamp":")");
  out = write_timestamp(out, at);
  out = put(out, R"(","level":"info","logger":"rampart.access","event":")");
  out = put_text(out, r.event);
  *out++ = '"';
  out = put_optional(out, R"(,"request_id":")", r.request_id);
  out = put_optional(out, R"(,"method":")", r.method);
  out = put_optional(out, R"(,"tool":")", r.tool);
  out = put(out, R"(,"status":")");
  out = put_text(out, r.status);
  out = put(out, R"(","code":)");
  out = put_integer(out, r.code);
  out = put_optional(out, R"(,"reason":")", r.reason);
  if (!r.method.empty()) {
    out = put(out, R"(,"duration_ms":)");
    out = put_milliseconds(out, r.duration);
    out = put(out, R"(,"bytes_in":)");
    out = put_integer(out, r.bytes_in);
    out = put(out, R"(,"bytes_out":)");
    out = put_integer(out, r.bytes_out);
  }
  out = put_optional(out, R"(,"protocol_version":")", r.protocol_version);
  out = put_optional(out, R"(,"client_id":")", r.client_id);
  out = put_optional(out, R"(,"client_address":")", r.client_address);
  out = put_optional(out, R"(,"upstream":")", r.upstream);
  out = put_optional(out, R"(,"trace_id":")", r.trace_id);
  out = put_optional(out, R"(,"span_id":")", r.span_id);
  return put(out, "}\n");
}

char* write_access_console(char* out, AccessRecord const& r, Wall::time_point at) {
  out = write_timestamp(out, at);
  *out++ = ' ';
  out = put_text(out, r.event);
  out = put_word(out, " ", r.method);
  out = put_word(out, " ", r.tool);
  out = put_word(out, " ", r.status);
  *out++ = ' ';
  out = put_integer(out, r.code);
  out = put_word(out, " reason=", r.reason);
  if (!r.method.empty()) {
    *out++ = ' ';
    out = put_milliseconds(out, r.duration);
    out = put(out, "ms in=");
    out = put_integer(out, r.bytes_in);
    out = put(out, " out=");
    out = put_integer(out, r.bytes_out);
  }
  out = put_word(out, " client=", r.client_id);
  out = put_word(out, " address=", r.client_address);
  out = put_word(out, " upstream=", r.upstream);
  out = put_word(out, " request_id=", r.request_id);
  *out++ = '\n';
  return out;
}

}  // namespace rampart::base
