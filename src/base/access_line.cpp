#include "base/access_line.hpp"

#include "base/line_parts.hpp"

namespace rampart::base {

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
  out = put_optional(out, R"(,"upstream":")", r.upstream);
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
  if (!r.upstream.empty()) {
    out = put(out, " upstream=");
    out = put_text(out, r.upstream);
  }
  if (!r.request_id.empty()) {
    out = put(out, " request_id=");
    out = put_text(out, r.request_id);
  }
  *out++ = '\n';
  return out;
}

}  // namespace rampart::base
