#include "protocol/request_meta.hpp"

#include <algorithm>
#include <array>

#include "protocol/translate_request.hpp"

namespace rampart {
namespace {
constexpr std::array<std::string_view, 8> level_names{"debug", "info",     "notice", "warning",
                                                      "error", "critical", "alert",  "emergency"};
}
std::string_view name(LogLevel level) { return level_names[static_cast<std::size_t>(level)]; }
std::optional<LogLevel> parse_log_level(std::string_view text) {
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (level_names[i] == text) return static_cast<LogLevel>(i);
  return std::nullopt;
}
}  // namespace rampart

namespace rampart::protocol {
namespace {

Failure missing(std::string_view key) {
  return fail(Errc::invalid_params, "params._meta[\"" + std::string(key) + "\"] is missing");
}
Failure ill_typed(std::string_view key, std::string_view type) {
  return fail(Errc::invalid_params,
              "params._meta[\"" + std::string(key) + "\"] must be " + std::string(type));
}
std::string string_or_empty(Node meta, std::string_view key) {
  auto const node = meta.find(key);
  auto const text = node ? node->as_string() : std::nullopt;
  return text ? std::string(*text) : std::string();
}
/// Most requests have none: their _meta is not written anew for that.
bool has_third_party(Node meta) {
  for (auto const& [key, value] : meta.members())
    if (!key.starts_with("io.modelcontextprotocol/") && !is_reserved_meta_key(key)) return true;
  return false;
}
bool lower_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
bool all_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

bool valid_traceparent(std::string_view text) {
  if (text.size() != 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  auto const trace = text.substr(3, 32), span = text.substr(36, 16);
  return text.starts_with("00") && lower_hex(trace) && lower_hex(span) &&
         lower_hex(text.substr(53)) && !all_zero(trace) && !all_zero(span);
}

bool claims_modern(Envelope const& envelope) {
  return envelope.meta && envelope.meta->find(meta_key::protocol_version).has_value();
}

ClientCapabilities read_client_capabilities(Node capabilities) {
  ClientCapabilities out;
  auto has = [](std::optional<Node> const& node, std::string_view key) {
    if (!node) return false;
    auto const member = node->find(key);
    return member && member->is_object();
  };
  if (auto sampling = capabilities.find("sampling"); sampling && sampling->is_object()) {
    out.sampling = true;
    out.sampling_tools = has(sampling, "tools");
    out.sampling_context = has(sampling, "context");
  }
  if (auto elicitation = capabilities.find("elicitation");
      elicitation && elicitation->is_object()) {
    out.elicitation_url = has(elicitation, "url");
    // An empty object means form mode only, as it did before there were modes.
    out.elicitation_form = has(elicitation, "form") || !out.elicitation_url;
  }
  if (auto roots = capabilities.find("roots"); roots && roots->is_object()) {
    out.roots = true;
    auto const changed = roots->find("listChanged");
    out.roots_list_changed = changed && changed->as_bool().value_or(false);
  }
  return out;
}

Result<RequestMeta> read_common_meta(Envelope const& envelope) {
  RequestMeta out;
  if (envelope.bad_meta) return fail(Errc::invalid_params, "params._meta must be an object");
  if (!envelope.meta) return out;
  Node const meta = *envelope.meta;
  if (auto token = meta.find("progressToken")) {
    auto const id = RequestId::read(*token);
    if (!id) return ill_typed("progressToken", "a string or an integer");
    out.progress_token = id->text();
  }
  out.trace.traceparent = string_or_empty(meta, "traceparent");
  if (!valid_traceparent(out.trace.traceparent)) {
    out.trace.traceparent.clear();
  } else {
    out.trace.tracestate = string_or_empty(meta, "tracestate");
    out.trace.baggage = string_or_empty(meta, "baggage");
  }
  if (has_third_party(meta)) out.third_party = forwardable_meta(meta.text());
  return out;
}

Result<RequestMeta> read_modern_meta(Envelope const& envelope) {
  auto out = read_common_meta(envelope);
  if (!out) return out;
  if (!envelope.meta) return fail(Errc::invalid_params, "params._meta is missing");
  Node const meta = *envelope.meta;
  auto const version = meta.find(meta_key::protocol_version);
  if (!version) return missing(meta_key::protocol_version);
  if (!version->is_string()) return ill_typed(meta_key::protocol_version, "a string");
  auto const capabilities = meta.find(meta_key::client_capabilities);
  if (!capabilities) return missing(meta_key::client_capabilities);
  if (!capabilities->is_object()) return ill_typed(meta_key::client_capabilities, "an object");
  if (auto info = meta.find(meta_key::client_info); info && !info->is_object())
    return ill_typed(meta_key::client_info, "an object");
  out->protocol_version = *version->as_string();
  out->capabilities = read_client_capabilities(*capabilities);
  if (auto level = meta.find(meta_key::log_level)) {
    auto const text = level->as_string();
    out->log_level = text ? parse_log_level(*text) : std::nullopt;
    if (!out->log_level)
      return ill_typed(meta_key::log_level,
                       "one of debug, info, notice, warning, error, critical, alert, emergency");
  }
  return out;
}

}  // namespace rampart::protocol
