#include "gateway/reply.hpp"

#include <charconv>
#include <optional>

#include "json/slice.hpp"

namespace rampart::gateway {
namespace {

std::optional<double> number(std::optional<std::string_view> text) {
  double value = 0;
  if (!text) return std::nullopt;
  auto const [end, failed] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failed != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

std::string text_of(std::optional<std::string_view> slice) {
  return slice ? json::string_of(*slice).value_or("") : std::string();
}

}  // namespace

void forward_progress(std::string_view params, server::CallState& state) {
  auto const members = json::slice_valid_object(params);
  auto const progress = members ? number(members->find("progress")) : std::nullopt;
  if (!progress) return;
  state.progress(*progress, number(members->find("total")), text_of(members->find("message")));
}

void forward_log(std::string_view params, server::CallState& state) {
  auto const members = json::slice_valid_object(params);
  if (!members) return;
  auto const level = parse_log_level(text_of(members->find("level")));
  auto const data = members->find("data");
  if (level && data) state.log(*level, *data, text_of(members->find("logger")));
}

}  // namespace rampart::gateway
