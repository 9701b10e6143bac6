#include "config/value.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/log_text.hpp"
#include "config/printable.hpp"

namespace rampart::config {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  auto const first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::string got(std::string_view text) { return ", got " + printable_quoted(text); }

std::string bounds_rule(Row const& row, std::string_view text) {
  std::string rule =
      "must be between " + std::to_string(row.min) + " and " + std::to_string(row.max);
  if (!row.unit.empty()) rule += " " + std::string(row.unit);
  return rule + got(text);
}

// Splits "10 KiB" into 10 and "KiB".
std::optional<std::pair<double, std::string_view>> number_and_unit(std::string_view text) {
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value) || value < 0) return std::nullopt;
  return std::pair(value, trim(text.substr(static_cast<std::size_t>(end - text.data()))));
}

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  if (auto const plain = whole(text)) return plain;
  constexpr std::array<std::pair<std::string_view, double>, 3> units{
      {{"KiB", 1024.0}, {"MiB", 1024.0 * 1024}, {"GiB", 1024.0 * 1024 * 1024}}};
  auto const split = number_and_unit(text);
  if (!split) return std::nullopt;
  for (auto const& [name, factor] : units) {
    auto const value = split->first * factor;
    if (split->second == name && value < 1e15 && value == std::floor(value)) {
      return static_cast<std::uint64_t>(value);
    }
  }
  return std::nullopt;
}

std::optional<Duration> parse_duration(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 5> units{
      {{"", 1000.0}, {"ms", 1.0}, {"s", 1000.0}, {"m", 60'000.0}, {"h", 3'600'000.0}}};
  auto const split = number_and_unit(text);
  if (!split) return std::nullopt;
  for (auto const& [name, factor] : units) {
    auto const value = std::round(split->first * factor);
    if (split->second == name && value < 1e15) return Duration(static_cast<std::int64_t>(value));
  }
  return std::nullopt;
}

std::string set_number(Row const& row, std::uint64_t& out, std::string_view text) {
  auto const value = row.type == Type::bytes ? parse_bytes(text) : whole(text);
  if (!value || *value < row.min || *value > row.max) return bounds_rule(row, text);
  out = *value;
  return {};
}

std::string set_duration(Row const& row, Duration& out, std::string_view text) {
  auto const value = parse_duration(text);
  auto const second = std::chrono::seconds(1);
  if (!value || *value < row.min * second || *value > row.max * second)
    return bounds_rule(row, text);
  out = *value;
  return {};
}

// YES, Production and INFO are written by people and platforms alike.
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string set_boolean(bool& out, std::string_view text) {
  constexpr std::array<std::string_view, 4> yes{"true", "yes", "on", "1"};
  constexpr std::array<std::string_view, 4> no{"false", "no", "off", "0"};
  if (std::find(yes.begin(), yes.end(), lower(text)) != yes.end()) {
    out = true;
  } else if (std::find(no.begin(), no.end(), lower(text)) != no.end()) {
    out = false;
  } else {
    return "must be true or false" + got(text);
  }
  return {};
}

std::string set_choice(Row const& row, unsigned char& out, std::string_view text) {
  auto const found = std::find(row.choices.begin(), row.choices.end(), lower(text));
  if (found != row.choices.end()) {
    out = static_cast<unsigned char>(found - row.choices.begin());
    return {};
  }
  std::string rule = "must be one of";
  for (auto const choice : row.choices) {
    rule += choice == row.choices.front() ? " " : ", ";
    rule += choice;
  }
  return rule + got(text);
}

bool is_address(std::string const& text) {
  in6_addr any{};
  return text == "localhost" || ::inet_pton(AF_INET, text.c_str(), &any) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), &any) == 1;
}

std::string set_string(Row const& row, std::string& out, std::string_view text) {
  if (row.type == Type::address && !is_address(std::string(text))) {
    return "must be an IP address or localhost" + got(text);
  }
  if (row.check != nullptr && !text.empty()) {
    if (auto const rule = row.check(text); !rule.empty()) {
      return std::string(rule) + (row.type == Type::url ? got(mask_url(text)) : got(text));
    }
  }
  out = text;
  return {};
}

std::string join(std::vector<std::string> const& items) {
  std::string out;
  for (auto const& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

// 300, or 0.5: seconds as people write them.
std::string show_duration(Duration value) {
  std::string out;
  base::append_number(out, static_cast<double>(value.count()) / 1000);
  return out;
}

}  // namespace

std::string set_slot_items(Row const& row, Slot slot, std::vector<std::string> const& items) {
  auto* const* const target = std::get_if<std::vector<std::string>*>(&slot);
  if (target == nullptr) {
    return items.size() == 1 ? set_slot(row, slot, items.front())
                             : "must be one value, not a list of " + std::to_string(items.size());
  }
  for (auto const& item : items) {
    if (row.type == Type::secrets && item.size() < min_secret_chars) {
      return "each must have at least " + std::to_string(min_secret_chars) +
             " characters, got one of " + std::to_string(item.size());
    }
    auto const rule = row.check != nullptr ? row.check(item) : std::string_view();
    if (!rule.empty()) return std::string(rule) + got(item);
  }
  **target = items;
  return {};
}

std::string set_slot(Row const& row, Slot slot, std::string_view raw) {
  auto const text = trim(raw);
  if (auto* const* const v = std::get_if<std::uint64_t*>(&slot)) return set_number(row, **v, text);
  if (auto* const* const v = std::get_if<Duration*>(&slot)) return set_duration(row, **v, text);
  if (auto* const* const v = std::get_if<bool*>(&slot)) return set_boolean(**v, text);
  if (auto* const* const v = std::get_if<unsigned char*>(&slot)) return set_choice(row, **v, text);
  if (auto* const* const v = std::get_if<std::string*>(&slot)) return set_string(row, **v, text);
  std::vector<std::string> items;
  for (std::string_view rest = text; !rest.empty();) {
    auto const comma = std::min(rest.find(','), rest.size());
    if (auto const item = trim(rest.substr(0, comma)); !item.empty()) items.emplace_back(item);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return set_slot_items(row, slot, items);
}

std::string show_slot(Row const& row, Slot slot) {
  if (auto* const* const v = std::get_if<std::uint64_t*>(&slot)) return std::to_string(**v);
  if (auto* const* const v = std::get_if<Duration*>(&slot)) return show_duration(**v);
  if (auto* const* const v = std::get_if<bool*>(&slot)) return **v ? "true" : "false";
  if (auto* const* const v = std::get_if<unsigned char*>(&slot))
    return std::string(row.choices.at(**v));
  if (auto* const* const v = std::get_if<std::string*>(&slot)) {
    return row.type == Type::url ? mask_url(**v) : **v;
  }
  auto const& items = *std::get<std::vector<std::string>*>(slot);
  if (row.type != Type::secrets) return join(items);
  return items.empty() ? "" : "*** (" + std::to_string(items.size()) + ")";
}

std::string set_items(Row const& row, Config& config, std::vector<std::string> const& items) {
  return set_slot_items(row, row.slot(config), items);
}

std::string set_value(Row const& row, Config& config, std::string_view text) {
  return set_slot(row, row.slot(config), text);
}

std::string show_value(Row const& row, Config const& config) {
  // A slot is a place to write to; here it is only read from.
  return show_slot(row, row.slot(const_cast<Config&>(config)));
}

std::string mask_url(std::string_view url) {
  auto const begin = url.find("://");
  if (begin == std::string_view::npos) return std::string(url);
  auto const path = std::min(url.find_first_of("/?#", begin + 3), url.size());
  auto const at = url.substr(0, path).rfind('@');
  auto const colon = url.find(':', begin + 3);
  if (at == std::string_view::npos || colon == std::string_view::npos || colon > at)
    return std::string(url);
  return std::string(url.substr(0, colon + 1)) + "***" + std::string(url.substr(at));
}

std::vector<std::string> secret_values(Config const& config) {
  std::vector<std::string> all = config.state.keys;
  std::string_view const url = config.redis.url;
  if (mask_url(url) != url) {
    all.emplace_back(url);
    auto const colon = url.find(':', url.find("://") + 3);
    all.emplace_back(url.substr(colon + 1, url.rfind('@') - colon - 1));
  }
  for (auto const& upstream : config.upstreams)
    all.insert(all.end(), upstream.secrets.begin(), upstream.secrets.end());
  return all;
}

}  // namespace rampart::config
