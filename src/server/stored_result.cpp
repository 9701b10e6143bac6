#include "server/stored_result.hpp"

#include <charconv>

#include "json/document.hpp"

namespace rampart::server {
namespace {

constexpr std::string_view format = "rampart-result-1\n";

struct Parts {
  bool is_error;
  std::string_view meta, members;
};

// "<isError>\n<length of meta>\n<meta><members>"
std::optional<Parts> parts_of(std::string_view stored) {
  if (!stored.starts_with("0\n") && !stored.starts_with("1\n")) return std::nullopt;
  bool const is_error = stored.front() == '1';
  stored.remove_prefix(2);
  std::size_t length = 0;
  auto const [end, ec] = std::from_chars(stored.data(), stored.data() + stored.size(), length);
  auto const digits = static_cast<std::size_t>(end - stored.data());
  if (ec != std::errc() || digits == stored.size() || *end != '\n') return std::nullopt;
  stored.remove_prefix(digits + 1);
  if (length > stored.size()) return std::nullopt;
  return Parts{is_error, stored.substr(0, length), stored.substr(length)};
}

bool are_members(std::string_view text) {
  return json::Document::parse_copy("{" + std::string(text) + "}").has_value();
}

}  // namespace

std::string stored_form(Rendered const& rendered) {
  std::string out = rendered.is_error ? "1\n" : "0\n";
  ((out += std::to_string(rendered.meta.size())) += '\n') += rendered.meta;
  return out += rendered.hit_members.empty() ? rendered.members : rendered.hit_members;
}

Rendered restored(std::string_view stored) {
  auto const parts = parts_of(stored).value();
  Rendered out;
  out.is_error = parts.is_error;
  out.meta = parts.meta;
  out.members = parts.members;
  return out;
}

std::string framed(std::string_view stored) { return std::string(format) += stored; }

std::optional<std::string> unframed(std::string_view bytes) {
  if (!bytes.starts_with(format)) return std::nullopt;
  bytes.remove_prefix(format.size());
  auto const parts = parts_of(bytes);
  // The members are copied into replies as they are, so they must be what they claim.
  if (!parts || !are_members(parts->meta) || !are_members(parts->members)) return std::nullopt;
  return std::string(bytes);
}

}  // namespace rampart::server
