// JSON with comments and trailing commas through Boost.JSON. It keeps no positions, so a second
// walk over the text, which is known to be well-formed by then, finds the lines of the keys.
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>

#include "config/file.hpp"

namespace rampart::config {
namespace {

namespace json = boost::json;

// Lines of keys: "server.port" -> 3.
class KeyLines {
 public:
  explicit KeyLines(std::string_view text) : text_(text) { value(""); }
  int line_of(std::string const& key) const {
    auto const found = lines_.find(key);
    return found == lines_.end() ? 0 : found->second.line;
  }
  bool twice(std::string const& key) const {
    auto const found = lines_.find(key);
    return found != lines_.end() && found->second.times > 1;
  }

 private:
  struct Seen {
    int line = 0;  // of the last one, which is the one that counts
    int times = 0;
  };

  bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  void step() {
    if (at('\n')) ++line_;
    if (at_ < text_.size()) ++at_;
  }
  void skip_comment() {
    bool const to_line_end = text_.substr(at_, 2) == "//";
    while (at_ < text_.size() && !(to_line_end ? at('\n') : text_.substr(at_, 2) == "*/")) step();
    if (!to_line_end) at_ = std::min(at_ + 2, text_.size());
  }
  void skip_space() {
    while (at_ < text_.size()) {
      if (at(' ') || at('\t') || at('\r') || at('\n')) {
        step();
      } else if (at('/')) {
        skip_comment();
      } else {
        return;
      }
    }
  }
  std::string_view string() {
    step();
    auto const from = at_;
    while (at_ < text_.size() && !at('"')) {
      if (at('\\')) step();
      step();
    }
    auto const content = text_.substr(from, at_ - from);
    step();
    return content;
  }
  void members(std::string const& prefix) {
    while (at_ < text_.size() && !at('}')) {
      auto const line = line_;
      auto const key = prefix + std::string(string());
      auto& seen = lines_[key];
      seen.line = line;
      ++seen.times;
      skip_space();
      step();  // the colon
      value(key + ".");
      if (at(',')) step();
      skip_space();
    }
  }
  void items() {
    while (at_ < text_.size() && !at(']')) {
      value("?.");
      if (at(',')) step();
      skip_space();
    }
  }
  // Recurses as deep as Boost.JSON let pass: max_file_depth.
  void value(std::string const& prefix) {
    skip_space();
    if (at('{') || at('[')) {
      bool const object = at('{');
      step();
      skip_space();
      object ? members(prefix) : items();
      step();
    } else if (at('"')) {
      string();
    } else {
      while (at_ < text_.size() &&
             std::string_view(",]} \t\r\n/").find(text_[at_]) == std::string_view::npos)
        step();
    }
    skip_space();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::map<std::string, Seen> lines_;
};

std::string scalar(json::value const& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

Entry entry_of(std::string key, json::value const& value, KeyLines const& lines) {
  Entry entry;
  entry.line = lines.line_of(key);
  entry.again = lines.twice(key);
  entry.key = std::move(key);
  if (value.is_object()) {
    entry.kind = Entry::Kind::nested;
  } else if (value.is_array()) {
    entry.kind = Entry::Kind::list;
    for (auto const& item : value.get_array()) {
      if (item.is_structured()) entry.kind = Entry::Kind::nested;
      entry.items.push_back(scalar(item));
    }
  } else if (!value.is_null()) {
    entry.kind = Entry::Kind::scalar;
    entry.text = scalar(value);
  }
  return entry;
}

// The maps below `mcpServers`, level by level.
void add_upstreams(std::vector<Entry>& entries, json::object const& map, std::string const& prefix,
                   std::vector<std::string> const& path, KeyLines const& lines) {
  for (auto const& member : map) {
    auto entry = entry_of(prefix + "." + std::string(member.key()), member.value(), lines);
    entry.path = path;
    entry.path.emplace_back(member.key());
    entries.push_back(entry);
    if (member.value().is_object() && entry.path.size() < upstream_levels(entry.path))
      add_upstreams(entries, member.value().get_object(), entry.key, entry.path, lines);
  }
}

}  // namespace

Result<std::vector<Entry>> parse_json(std::string_view text) {
  json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  options.max_depth = max_file_depth;
  json::parser parser(json::storage_ptr(), options);
  json::error_code error;
  auto const read = parser.write_some(text.data(), text.size(), error);
  if (!error && read < text.size()) error = json::error::extra_data;
  if (error) {
    // Boost.JSON may count one more than there is when a text ends within a comment.
    auto const seen = text.substr(0, read);
    auto const line = 1 + std::ranges::count(seen, '\n');
    return fail(Errc::parse_error,
                "is not JSON: " + error.message() + " in line " + std::to_string(line));
  }
  auto const root = parser.release();
  if (!root.is_object()) return fail(Errc::parse_error, "must be an object of sections");
  KeyLines const lines(text);
  std::vector<Entry> entries;
  for (auto const& member : root.get_object()) {
    std::string const key(member.key());
    if (!member.value().is_object() || lines.twice(key)) {
      entries.push_back(entry_of(key, member.value(), lines));
      continue;
    }
    if (key == upstream_section) {
      add_upstreams(entries, member.value().get_object(), key, {}, lines);
      continue;
    }
    for (auto const& inner : member.value().get_object()) {
      entries.push_back(entry_of(key + "." + std::string(inner.key()), inner.value(), lines));
    }
  }
  return entries;
}

}  // namespace rampart::config
