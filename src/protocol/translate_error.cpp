#include "protocol/translate_error.hpp"

#include <charconv>
#include <optional>

#include "base/log_text.hpp"
#include "json/write.hpp"
#include "protocol/error_codes.hpp"
#include "protocol/translate_members.hpp"

namespace rampart::protocol {
namespace {

std::optional<int> code_of(json::Slices const& members) {
  auto const text = members.find("code").value_or("");
  int code = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  bool const whole = error == std::errc() && end == text.data() + text.size() && !text.empty();
  return whole ? std::optional(code) : std::nullopt;
}

std::optional<json::Slices> object_of(std::optional<std::string_view> text) {
  if (!text || !is_object_text(*text)) return std::nullopt;
  auto members = json::slice_valid_object(*text);
  return members ? std::optional(std::move(*members)) : std::nullopt;
}

Error relayed(int code, std::string message, std::string_view data) {
  Error out(Errc::relayed, std::move(message));
  if (data.size() <= max_relayed_data) out.data = data;
  out.relayed_code = code;
  return out;
}

Error not_found(std::string message, std::string const& uri) {
  return Error(Errc::resource_not_found, std::move(message), {},
               R"({"uri":)" + json::quoted(uri) + "}");
}

std::vector<UrlElicitation> elicitations_of(std::optional<json::Slices> const& data) {
  std::vector<UrlElicitation> out;
  auto const list = data ? data->find("elicitations") : std::nullopt;
  if (!list) return out;
  each_item(*list, [&](std::string_view item) {
    auto const members = object_of(item);
    if (!members || out.size() == max_url_elicitations) return;
    UrlElicitation one{text_member(*members, "elicitationId"), text_member(*members, "url"),
                       text_member(*members, "message")};
    if (!one.url.empty()) out.push_back(std::move(one));
  });
  return out;
}

Error gateway_fault(int code, std::string const& message) {
  return Error(Errc::internal, "this gateway and the upstream server disagree on the protocol",
               "the upstream answered " + std::to_string(code) + ": " + message);
}

}  // namespace

UpstreamError translate_error(std::string_view error, Method method, std::string_view uri) {
  using Kind = UpstreamError::Kind;
  auto const members = object_of(error);
  auto const code = members ? code_of(*members) : std::nullopt;
  if (!code) return {Kind::failed, bad_upstream("an error without a code").value(), {}};
  auto message = std::string(base::clip(text_member(*members, "message"), max_relayed_message));
  if (message.empty()) message = "the upstream server gave no reason";
  auto const raw_data = members->find("data").value_or("");
  auto const data = object_of(raw_data);
  auto const data_uri = data ? text_member(*data, "uri") : std::string();

  if (*code == code::header_mismatch || *code == code::unsupported_version)
    return {Kind::gateway, gateway_fault(*code, message), {}};
  bool const missing =
      *code == code::resource_not_found ||
      (*code == code::invalid_params && method == Method::resources_read && !data_uri.empty());
  if (missing)
    return {
        Kind::failed, not_found(std::move(message), uri.empty() ? data_uri : std::string(uri)), {}};
  if (*code == code::missing_capability) {
    Error out(Errc::missing_capability, std::move(message));
    if (data && raw_data.size() <= max_relayed_data) out.data = raw_data;
    return {Kind::capability, std::move(out), {}};
  }
  if (*code == code::url_required)
    if (auto list = elicitations_of(data); !list.empty())
      return {Kind::url_required, relayed(*code, std::move(message), raw_data), std::move(list)};
  return {Kind::failed, relayed(*code, std::move(message), raw_data), {}};
}

}  // namespace rampart::protocol
