#include "json/codec_rules.hpp"

#include "json/codec_number.hpp"

namespace rampart::detail {
namespace {

// At most max_quoted_name bytes, never half a UTF-8 character.
std::string_view clipped(std::string_view name) {
  if (name.size() <= max_quoted_name) return name;
  std::size_t end = max_quoted_name;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return name.substr(0, end);
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + ' ' + std::string(what) + (count == 1 ? "" : "s");
}

std::string size_rule(std::size_t min, std::size_t max, std::string_view what) {
  if (min == max) return "must have exactly " + counted(min, what);
  if (max == no_limit) return "must have at least " + counted(min, what);
  if (min == 0) return "must have at most " + counted(max, what);
  return "must have between " + std::to_string(min) + " and " + counted(max, what);
}

}  // namespace

std::string Path::text() const {
  if (!up) return std::string(name);
  std::string out = up->text();
  if (name.data() == nullptr) return out + '[' + std::to_string(index) + ']';
  if (!out.empty()) out += '.';
  return out.append(clipped(name));
}

std::string range_rule(long double min, bool has_min, long double max, bool has_max) {
  std::string rule = !has_max   ? "must be at least "
                     : !has_min ? "must be at most "
                                : "must be between ";
  if (has_min) append_bound(rule, min);
  if (has_min && has_max) rule += " and ";
  if (has_max) append_bound(rule, max);
  return rule;
}

std::string length_rule(Length length) { return size_rule(length.min, length.max, "character"); }
std::string count_rule(Items items, bool members) {
  return size_rule(items.min, items.max, members ? "member" : "item");
}

std::string names_rule(TypeInfo const& type) {
  std::string rule = "must be one of ";
  for (std::size_t i = 0; i < type.name_count; ++i) {
    if (i > 0) rule += ", ";
    rule += type.names[i].name;
  }
  return rule;
}

std::string unknown_rule(TypeInfo const& type) {
  if (type.object->count == 0) return "is not expected: no members are";
  std::string rule = "is not expected; known are ";
  for (std::size_t i = 0; i < type.object->count; ++i) {
    if (i > 0) rule += ", ";
    rule += type.object->fields[i].name;
  }
  return rule;
}

}  // namespace rampart::detail
