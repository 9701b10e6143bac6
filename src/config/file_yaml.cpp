// YAML through yaml-cpp, which throws on bad input: caught here and nowhere else.
#include <yaml-cpp/yaml.h>

#include <set>

#include "config/file.hpp"
#include "config/printable.hpp"

namespace rampart::config {
namespace {

// yaml-cpp recurses for each level of nesting. Levels of flow style are counted here, at most too
// many; levels of block style show as indentation or as a row of dashes at the start of a line.
bool too_deep(std::string_view text) {
  std::size_t flow = 0;
  std::size_t line_start = 0;
  bool indenting = true;
  std::size_t dashes = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    if (c == '\n') {
      line_start = i + 1;
      indenting = true;
      dashes = 0;
      continue;
    }
    if (c == '[' || c == '{') ++flow;
    if ((c == ']' || c == '}') && flow > 0) --flow;
    if (indenting && (c == '-' || c == '?' || c == ':')) ++dashes;
    if (indenting && c != ' ' && c != '-' && c != '?' && c != ':') {
      indenting = false;
      if (i - line_start > max_file_depth * 8) return true;
    }
    if (flow > max_file_depth || dashes > max_file_depth) return true;
  }
  return false;
}

Entry entry_of(std::string key, YAML::Node const& value, int line) {
  Entry entry;
  entry.key = std::move(key);
  entry.line = line;
  if (value.IsScalar()) {
    entry.kind = Entry::Kind::scalar;
    entry.text = value.Scalar();
  } else if (value.IsSequence()) {
    entry.kind = Entry::Kind::list;
    for (auto const& item : value) {
      if (!item.IsScalar()) {
        entry.kind = Entry::Kind::nested;
        break;
      }
      entry.items.push_back(item.Scalar());
    }
  } else if (value.IsMap()) {
    entry.kind = Entry::Kind::nested;
  }
  return entry;
}

void add(std::vector<Entry>& entries, std::set<std::string>& seen, std::string const& prefix,
         YAML::Node const& map) {
  for (auto const& member : map) {
    auto const& name = member.first;
    auto const key = prefix + (name.IsScalar() ? name.Scalar() : std::string("?"));
    bool const again = !seen.insert(key).second;
    if (prefix.empty() && member.second.IsMap() && !again) {
      add(entries, seen, key + ".", member.second);
      continue;
    }
    auto entry = entry_of(key, member.second, name.Mark().line + 1);
    entry.again = again;
    entries.push_back(std::move(entry));
  }
}

}  // namespace

Result<std::vector<Entry>> parse_yaml(std::string_view text) {
  if (too_deep(text)) {
    return fail(Errc::parse_error,
                "is nested deeper than " + std::to_string(max_file_depth) + " levels");
  }
  std::vector<Entry> entries;
  try {
    auto const root = YAML::Load(std::string(text));
    if (root.IsNull()) return entries;
    if (!root.IsMap()) return fail(Errc::parse_error, "must be a map of sections");
    std::set<std::string> seen;
    add(entries, seen, "", root);
  } catch (YAML::Exception const& e) {
    return fail(Errc::parse_error, "is not YAML: " + printable(e.msg) + " in line " +
                                       std::to_string(e.mark.is_null() ? 0 : e.mark.line + 1));
  }
  return entries;
}

}  // namespace rampart::config
