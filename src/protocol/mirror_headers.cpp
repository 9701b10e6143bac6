#include "protocol/mirror_headers.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "json/write.hpp"

namespace rampart::protocol {
namespace {

constexpr std::string_view prefix = "=?base64?";
constexpr std::string_view suffix = "?=";

bool is_space(char c) { return c == ' ' || c == '\t'; }

bool plain(std::string_view text) {
  if (!text.empty() && (is_space(text.front()) || is_space(text.back()))) return false;
  if (text.starts_with(prefix) && text.ends_with(suffix)) return false;
  return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c <= 0x7e; });
}

std::optional<Node> value_at(std::optional<Node> at, std::vector<std::string> const& path) {
  for (auto const& part : path)
    if (at) at = at->find(part);
  return at;
}

std::optional<std::string> value_text(MirroredParam::Type type, Node value) {
  switch (type) {
    case MirroredParam::Type::string: {
      auto const text = value.as_string();
      return text ? std::optional(std::string(*text)) : std::nullopt;
    }
    case MirroredParam::Type::boolean: {
      auto const flag = value.as_bool();
      return flag ? std::optional(std::string(*flag ? "true" : "false")) : std::nullopt;
    }
    case MirroredParam::Type::integer: {
      auto const number = value.as_int64();
      return number ? std::optional(std::to_string(*number)) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string encode_header_value(std::string_view text) {
  if (plain(text)) return std::string(text);
  return std::string(prefix) + base::base64_encode(text) + std::string(suffix);
}

std::vector<std::pair<std::string, std::string>> mirror_headers(
    std::vector<MirroredParam> const& params, std::optional<Node> arguments) {
  std::vector<std::pair<std::string, std::string>> out;
  for (auto const& param : params) {
    auto const value = value_at(arguments, param.path);
    auto text = value ? value_text(param.type, *value) : std::nullopt;
    if (text) out.emplace_back(param.header, std::move(*text));
  }
  return out;
}

}  // namespace rampart::protocol
