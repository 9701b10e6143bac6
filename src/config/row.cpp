#include "config/row.hpp"

#include <algorithm>
#include <cctype>

namespace rampart::config {
namespace {

Row make(std::string_view key, Type type, SlotOf slot, std::string_view fallback,
         std::string_view doc) {
  Row row;
  row.key = key;
  row.type = type;
  row.slot = slot;
  row.fallback = fallback;
  row.doc = doc;
  return row;
}

Row number(Row row, std::uint64_t min, std::uint64_t max, std::string_view unit) {
  row.min = min;
  row.max = max;
  row.unit = unit;
  return row;
}

Row checked(Row row, std::string_view (*check)(std::string_view)) {
  row.check = check;
  return row;
}

}  // namespace

Row port(std::string_view key, SlotOf slot, std::string_view fallback, std::string_view doc) {
  return number(make(key, Type::port, slot, fallback, doc), 0, 65535, "");
}
Row count(std::string_view key, SlotOf slot, std::string_view fallback, std::uint64_t min,
          std::uint64_t max, std::string_view doc) {
  return number(make(key, Type::count, slot, fallback, doc), min, max, "");
}
Row bytes(std::string_view key, SlotOf slot, std::string_view fallback, std::uint64_t min,
          std::uint64_t max, std::string_view doc) {
  return number(make(key, Type::bytes, slot, fallback, doc), min, max, "bytes");
}
Row seconds(std::string_view key, SlotOf slot, std::string_view fallback, std::uint64_t min,
            std::uint64_t max, std::string_view doc) {
  return number(make(key, Type::seconds, slot, fallback, doc), min, max, "seconds");
}
Row boolean(std::string_view key, SlotOf slot, std::string_view fallback, std::string_view doc) {
  return make(key, Type::boolean, slot, fallback, doc);
}
Row choice(std::string_view key, SlotOf slot, std::string_view fallback,
           std::vector<std::string_view> choices, std::string_view doc) {
  auto row = make(key, Type::choice, slot, fallback, doc);
  row.choices = std::move(choices);
  return row;
}
Row text(std::string_view key, SlotOf slot, std::string_view fallback, std::string_view doc,
         std::string_view (*check)(std::string_view)) {
  return checked(make(key, Type::string, slot, fallback, doc), check);
}
Row address(std::string_view key, SlotOf slot, std::string_view fallback, std::string_view doc) {
  return make(key, Type::address, slot, fallback, doc);
}
Row list(std::string_view key, SlotOf slot, std::string_view doc,
         std::string_view (*check)(std::string_view)) {
  return checked(make(key, Type::list, slot, "", doc), check);
}
Row url(std::string_view key, SlotOf slot, std::string_view doc,
        std::string_view (*check)(std::string_view)) {
  return checked(make(key, Type::url, slot, "", doc), check);
}
Row secrets(std::string_view key, SlotOf slot, std::string_view doc) {
  return make(key, Type::secrets, slot, "", doc);
}

Row Row::named(std::string_view environment_name) && {
  env = environment_name;
  return std::move(*this);
}
Row Row::short_flag(std::string_view name) && {
  flag = name;
  return std::move(*this);
}
Row Row::outside_development(std::string_view in_staging, std::string_view in_production) && {
  staging = in_staging;
  production = in_production;
  return std::move(*this);
}

std::string Row::derived_env() const {
  std::string name = "RAMPART_";
  for (char const c : key) {
    name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

std::vector<std::string> Row::env_names() const {
  std::vector<std::string> names;
  if (!env.empty()) names.emplace_back(env);
  if (auto derived = derived_env(); derived != env) names.push_back(std::move(derived));
  return names;
}

std::vector<std::string> Row::flag_names() const {
  std::string derived(key);
  std::replace_if(derived.begin(), derived.end(), [](char c) { return c == '.' || c == '_'; }, '-');
  std::vector<std::string> names{std::move(derived)};
  if (!flag.empty()) names.emplace_back(flag);
  return names;
}

std::string_view Row::default_in(Environment environment) const {
  if (environment == Environment::staging && !staging.empty()) return staging;
  if (environment == Environment::production && !production.empty()) return production;
  return fallback;
}

std::string_view type_name(Type type) {
  switch (type) {
    case Type::port:
      return "port";
    case Type::count:
      return "count";
    case Type::bytes:
      return "bytes";
    case Type::seconds:
      return "seconds";
    case Type::boolean:
      return "true or false";
    case Type::choice:
      return "choice";
    case Type::string:
      return "text";
    case Type::address:
      return "IP address";
    case Type::list:
      return "list";
    case Type::url:
      return "URL";
    case Type::secrets:
      return "list of secrets";
  }
  return "text";
}

std::vector<Row> all_rows() {
  std::vector<Row> rows;
  add_server_rows(rows);
  add_other_rows(rows);
  return rows;
}

}  // namespace rampart::config
