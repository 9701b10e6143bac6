#include "upstream/message.hpp"

#include <charconv>
#include <utility>

#include "json/cursor.hpp"

namespace rampart::upstream {
namespace {
constexpr std::string_view no_envelope = "neither a request, a notification nor a response";

bool is_id(std::string_view slice) {
  if (slice.starts_with('"')) return true;
  return !slice.empty() && slice.find_first_not_of("-0123456789") == std::string_view::npos;
}

Result<Message> call_of(Message message, std::string_view method) {
  auto name = json::string_of(method);
  if (!name) return fail(Errc::invalid_request, "method must be a string");
  message.method = std::move(*name);
  if (message.params == "null") message.params = {};
  if (!message.params.empty() && !is_object(message.params))
    return fail(Errc::invalid_request, "params must be an object");
  if (message.id.empty()) return message;
  if (!is_id(message.id)) return fail(Errc::invalid_request, "id must be a string or an integer");
  message.kind = Message::Kind::request;
  return message;
}
}  // namespace

Result<Message> read_message(std::string_view json) {
  auto const slices = json::slice_object(json);
  if (!slices) return fail(slices.error());
  Message message;
  std::string_view version, method;
  for (auto const& [key, value] : slices->members()) {
    std::string_view* slot = key == "jsonrpc"  ? &version
                             : key == "id"     ? &message.id
                             : key == "method" ? &method
                             : key == "params" ? &message.params
                             : key == "result" ? &message.result
                             : key == "error"  ? &message.error
                                               : nullptr;
    if (!slot) continue;
    if (!slot->empty())
      return fail(Errc::invalid_request, "the member \"" + std::string(key) + "\" comes twice");
    *slot = value;
  }
  if (version != R"("2.0")") return fail(Errc::invalid_request, "jsonrpc must be \"2.0\"");
  if (!method.empty()) return call_of(std::move(message), method);
  if (message.result.empty() && message.error.empty() && message.id.empty())
    return fail(Errc::invalid_request, std::string(no_envelope));
  message.kind = Message::Kind::response;
  return message;
}

std::optional<std::vector<std::string_view>> batch_items(std::string_view json) {
  std::vector<std::string_view> items;
  json::Cursor cursor(json);
  cursor.skip_space();
  if (cursor.peek() != '[') return std::nullopt;
  auto const on_item = [&] {
    auto const start = cursor.position();
    if (!cursor.skip_value()) return false;
    items.push_back(cursor.since(start));
    return true;
  };
  if (!cursor.array(on_item) || !cursor.end()) return std::nullopt;
  return items;
}

std::optional<std::int64_t> integer_of(std::string_view slice) {
  std::int64_t value = 0;
  auto const end = slice.data() + slice.size();
  auto const [at, error] = std::from_chars(slice.data(), end, value);
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

std::optional<std::vector<std::string>> strings_of(std::string_view slice) {
  auto const items = batch_items(slice);
  if (!items) return std::nullopt;
  std::vector<std::string> strings;
  for (auto const item : *items) {
    auto text = json::string_of(item);
    if (!text) return std::nullopt;
    strings.push_back(std::move(*text));
  }
  return strings;
}

bool is_object(std::string_view slice) { return slice.starts_with('{'); }

bool is_number(std::string_view slice) {
  return !slice.empty() && (slice[0] == '-' || (slice[0] >= '0' && slice[0] <= '9'));
}

Result<json::Slices> params_of(Message const& message) {
  auto members = json::slice_valid_object(message.params.empty() ? "{}" : message.params);
  if (!members) return members;
  if (auto const twice = members->duplicate())
    return fail(Errc::invalid_params,
                "params: the member \"" + std::string(*twice) + "\" comes twice");
  return members;
}

std::string RpcError::text() const { return message + " (" + std::to_string(code) + ")"; }

std::optional<RpcError> read_error(std::string_view error) {
  if (!is_object(error)) return std::nullopt;
  auto const members = json::slice_valid_object(error);
  if (!members) return std::nullopt;
  auto const code = integer_of(members->find("code").value_or(""));
  if (!code || !std::in_range<int>(*code)) return std::nullopt;
  return RpcError{static_cast<int>(*code),
                  json::string_of(members->find("message").value_or("")).value_or(""),
                  members->find("data").value_or(std::string_view())};
}

std::string take_slice(std::string&& json, std::string_view slice) {
  auto const start = static_cast<std::size_t>(slice.data() - json.data());
  json.resize(start + slice.size());
  json.erase(0, start);
  return std::move(json);
}

}  // namespace rampart::upstream
