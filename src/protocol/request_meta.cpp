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
std::string string_or_empty(std::optional<Node> node) {
  auto const text = node ? node->as_string() : std::nullopt;
  return text ? std::string(*text) : std::string();
}

/// The members of _meta that mean something here, found in one walk. None comes twice: see
/// read_envelope.
struct Members {
  std::optional<Node> progress_token, traceparent, tracestate, baggage;
  std::optional<Node> version, capabilities, client_info, log_level;
  bool third_party = false;  ///< there are others; most requests have none

  explicit Members(Node meta) {
    for (auto const& [key, value] : meta.members())
      if (auto* const slot = slot_of(key))
        *slot = value;
      else if (!key.starts_with(own_prefix) && !is_reserved_meta_key(key))
        third_party = true;
  }

 private:
  static constexpr std::string_view own_prefix = "io.modelcontextprotocol/";

  std::optional<Node>* slot_of(std::string_view key) {
    if (key == meta_key::protocol_version) return &version;
    if (key == meta_key::client_capabilities) return &capabilities;
    if (key == meta_key::client_info) return &client_info;
    if (key == meta_key::log_level) return &log_level;
    if (key == "progressToken") return &progress_token;
    if (key == "traceparent") return &traceparent;
    if (key == "tracestate") return &tracestate;
    if (key == "baggage") return &baggage;
    return nullptr;
  }
};

Result<void> read_common(RequestMeta& out, Members const& meta, Node whole) {
  if (meta.progress_token) {
    auto const id = RequestId::read(*meta.progress_token);
    if (!id) return ill_typed("progressToken", "a string or an integer");
    out.progress_token = id->text();
  }
  if (meta.traceparent) {
    out.trace.traceparent = string_or_empty(meta.traceparent);
    if (!valid_traceparent(out.trace.traceparent)) {
      out.trace.traceparent.clear();
    } else {
      out.trace.tracestate = string_or_empty(meta.tracestate);
      out.trace.baggage = string_or_empty(meta.baggage);
    }
  }
  if (meta.third_party) out.third_party = forwardable_meta(whole.text());
  return {};
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
  if (auto ok = read_common(out, Members(*envelope.meta), *envelope.meta); !ok)
    return Failure(ok.error());
  return out;
}

Result<RequestMeta> read_modern_meta(Envelope const& envelope) {
  if (envelope.bad_meta) return fail(Errc::invalid_params, "params._meta must be an object");
  if (!envelope.meta) return fail(Errc::invalid_params, "params._meta is missing");
  Members const meta(*envelope.meta);
  RequestMeta out;
  if (auto ok = read_common(out, meta, *envelope.meta); !ok) return Failure(ok.error());
  if (!meta.version) return missing(meta_key::protocol_version);
  if (!meta.version->is_string()) return ill_typed(meta_key::protocol_version, "a string");
  if (!meta.capabilities) return missing(meta_key::client_capabilities);
  if (!meta.capabilities->is_object()) return ill_typed(meta_key::client_capabilities, "an object");
  if (meta.client_info && !meta.client_info->is_object())
    return ill_typed(meta_key::client_info, "an object");
  out.protocol_version = *meta.version->as_string();
  out.capabilities = read_client_capabilities(*meta.capabilities);
  if (meta.log_level) {
    auto const text = meta.log_level->as_string();
    out.log_level = text ? parse_log_level(*text) : std::nullopt;
    if (!out.log_level)
      return ill_typed(meta_key::log_level,
                       "one of debug, info, notice, warning, error, critical, alert, emergency");
  }
  return out;
}

}  // namespace rampart::protocol
