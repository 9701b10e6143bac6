#include "upstream/message_render.hpp"

#include "json/write.hpp"
#include "protocol/request_meta.hpp"

namespace rampart::upstream {
namespace {
namespace meta_key = protocol::meta_key;

/// Joins members of an object with commas.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) {}
  std::string& key(std::string_view name) {
    separate();
    json::append_string(out_, name);
    return out_ += ':';
  }
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) json::append_string(key(name), value);
  }
  void raw(std::string_view members) {
    if (members.empty()) return;
    separate();
    out_ += members;
  }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  std::string& out_;
  bool first_ = true;
};

std::string meta_members(std::int64_t id, Request const& request, protocol::Version version,
                         std::string_view client_info) {
  std::string out;
  Members members(out);
  bool const modern = protocol::is_modern(version);
  if (modern) {
    members.text(meta_key::protocol_version, protocol::name(version));
    members.key(meta_key::client_info) += client_info;
    members.key(meta_key::client_capabilities) +=
        render_capabilities(request.capabilities, version);
    if (request.log_level) members.text(meta_key::log_level, name(*request.log_level));
  }
  if (request.wants_progress) json::append_int(members.key("progressToken"), id);
  members.text("traceparent", request.trace.traceparent);
  members.text("tracestate", request.trace.tracestate);
  members.text("baggage", request.trace.baggage);
  if (modern) members.raw(request.extra_meta);
  return out;
}
}  // namespace

std::string render_request(std::int64_t id, Request const& request, protocol::Version version,
                           std::string_view client_info) {
  auto const meta = meta_members(id, request, version, client_info);
  std::string out;
  out.reserve(request.params.size() + meta.size() + request.method.size() + 80);
  out += R"({"jsonrpc":"2.0","id":)";
  json::append_int(out, id);
  out += R"(,"method":)";
  json::append_string(out, request.method);
  if (!request.params.empty() || !meta.empty()) {
    out += R"(,"params":{)";
    Members params(out);
    params.raw(request.params);
    if (!meta.empty()) ((params.key("_meta") += '{') += meta) += '}';
    out += '}';
  }
  return out += '}';
}

std::string render_notification(std::string_view method, std::string_view members) {
  std::string out = R"({"jsonrpc":"2.0","method":)";
  json::append_string(out, method);
  if (!members.empty()) ((out += R"(,"params":{)") += members) += '}';
  return out += '}';
}

std::string render_answer(std::string_view id, std::string_view json, bool is_error) {
  std::string out = R"({"jsonrpc":"2.0","id":)";
  out += id;
  out += is_error ? R"(,"error":)" : R"(,"result":)";
  out += json;
  return out += '}';
}

std::string render_error(int code, std::string_view message) {
  std::string out = R"({"code":)";
  json::append_int(out, code);
  out += R"(,"message":)";
  json::append_string(out, message);
  return out += '}';
}

std::string render_capabilities(ClientCapabilities const& can, protocol::Version version) {
  std::string out = "{";
  Members members(out);
  if (can.sampling) {
    Members parts(members.key("sampling") += '{');
    if (can.sampling_tools) parts.key("tools") += "{}";
    if (can.sampling_context) parts.key("context") += "{}";
    out += '}';
  }
  if (can.elicitation_form || can.elicitation_url) {
    // An empty object means form mode, in every revision.
    Members parts(members.key("elicitation") += '{');
    if (can.elicitation_form && can.elicitation_url) parts.key("form") += "{}";
    if (can.elicitation_url) parts.key("url") += "{}";
    out += '}';
  }
  if (can.roots) {
    bool const changes = can.roots_list_changed && !protocol::is_modern(version);
    members.key("roots") += changes ? R"({"listChanged":true})" : "{}";
  }
  return out += '}';
}

std::string render_cancel(std::int64_t request, std::string_view reason) {
  std::string out = R"("requestId":)";
  json::append_int(out, request);
  if (!reason.empty()) json::append_string(out += R"(,"reason":)", reason);
  return out;
}

}  // namespace rampart::upstream
