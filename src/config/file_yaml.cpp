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

class Reader {
 public:
  void sections(YAML::Node const& root) {
    for (auto const& member : root) {
      auto const key = key_of(member.first);
      bool const again = !seen_.insert(key).second;
      if (member.second.IsMap() && !again) {
        if (key == upstream_section) {
          upstreams(member.second, key, {});
        } else {
          for (auto const& inner : member.second)
            add(key + "." + key_of(inner.first), {}, inner.first, inner.second);
        }
      } else {
        push(entry_of(key, member.second, member.first), again);
      }
    }
  }
  std::vector<Entry> entries() && { return std::move(entries_); }
  bool too_many() const { return values_ > max_file_values; }

 private:
  static std::string key_of(YAML::Node const& name) {
    return name.IsScalar() ? name.Scalar() : std::string("?");
  }

  void upstreams(YAML::Node const& map, std::string const& prefix,
                 std::vector<std::string> const& path) {
    for (auto const& member : map) {
      if (too_many()) return;
      auto const name = key_of(member.first);
      auto const key = prefix + "." + name;
      auto inner = path;
      inner.push_back(name);
      bool const fresh = add(key, inner, member.first, member.second);
      if (fresh && member.second.IsMap() && inner.size() < upstream_levels(inner))
        upstreams(member.second, key, inner);
    }
  }

  bool add(std::string const& key, std::vector<std::string> path, YAML::Node const& name,
           YAML::Node const& value) {
    bool const fresh = seen_.insert(key).second;
    auto entry = entry_of(key, value, name);
    entry.path = std::move(path);
    push(std::move(entry), !fresh);
    return fresh;
  }

  void push(Entry entry, bool again) {
    entry.again = again;
    ++values_;
    if (!too_many()) entries_.push_back(std::move(entry));
  }

  Entry entry_of(std::string key, YAML::Node const& value, YAML::Node const& name) {
    Entry entry;
    entry.key = std::move(key);
    entry.line = name.Mark().line + 1;
    if (value.IsScalar()) {
      entry.kind = Entry::Kind::scalar;
      entry.text = value.Scalar();
    } else if (value.IsSequence()) {
      entry.kind = Entry::Kind::list;
      for (auto const& item : value) {
        if (!item.IsScalar() || too_many()) {
          entry.kind = Entry::Kind::nested;
          break;
        }
        ++values_;
        entry.items.push_back(item.Scalar());
      }
    } else if (value.IsMap()) {
      entry.kind = Entry::Kind::nested;
    }
    return entry;
  }

  std::vector<Entry> entries_;
  std::set<std::string> seen_;
  std::size_t values_ = 0;
};

}  // namespace

Result<std::vector<Entry>> parse_yaml(std::string_view text) {
  if (too_deep(text)) {
    return fail(Errc::parse_error,
                "is nested deeper than " + std::to_string(max_file_depth) + " levels");
  }
  Reader reader;
  try {
    auto const root = YAML::Load(std::string(text));
    if (root.IsNull()) return std::vector<Entry>();
    if (!root.IsMap()) return fail(Errc::parse_error, "must be a map of sections");
    reader.sections(root);
  } catch (YAML::Exception const& e) {
    return fail(Errc::parse_error, "is not YAML: " + printable(e.msg) + " in line " +
                                       std::to_string(e.mark.is_null() ? 0 : e.mark.line + 1));
  }
  if (reader.too_many()) {
    return fail(Errc::parse_error,
                "holds more than " + std::to_string(max_file_values) + " values");
  }
  return std::move(reader).entries();
}

}  // namespace rampart::config
