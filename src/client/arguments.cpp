#include "client/arguments.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>

#include "client/schema_types.hpp"
#include "client/text.hpp"
#include "json/document.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"

namespace rampart::client {
namespace {

constexpr std::size_t longest_quote = 60;  // of a value in a message (bytes)

Failure wrong(std::string message) { return fail(Errc::invalid_params, std::move(message)); }

bool is_json(std::string_view text) { return !text.empty() && !json::find_defect(text); }
bool is_number(std::string_view text) {
  bool const begins = !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
  return begins && is_json(text) && text.find_first_of(" \n\t\r") == text.npos;
}
bool is_whole(std::string_view text) {
  return is_number(text) && text.find_first_of(".eE") == text.npos;
}

Result<Word> read_word(std::string const& word, ReadFile const& read_file) {
  Word out;
  std::string rest;
  if (word.starts_with('@')) {
    rest = word;
    out.is_json = true;
  } else {
    auto const equals = word.find('=');
    if (equals == std::string::npos || equals == 0 || word.starts_with(":="))
      return wrong("\"" + first_line(word, longest_quote) +
                   "\" is no argument: they are written key=value, key:=json or @file");
    out.is_json = word[equals - 1] == ':';
    out.key = word.substr(0, equals - (out.is_json ? 1 : 0));
    rest = word.substr(equals + 1);
  }
  if (rest.starts_with("@@")) {
    out.value = rest.substr(1);
  } else if (rest.starts_with('@')) {
    auto text = read_file(rest.substr(1));
    if (!text) return Failure(text.error());
    out.value = std::move(*text);
  } else {
    out.value = std::move(rest);
  }
  auto const defect = out.is_json ? json::find_defect(out.value) : std::nullopt;
  if (defect)
    return wrong((out.key.empty() ? word : out.key) + " is no JSON: byte " +
                 std::to_string(defect->at) + ": " + defect->reason);
  return out;
}

/// Members of the arguments in the order in which they came first.
class Members {
 public:
  std::string* find(std::string_view key) {
    auto const found = std::ranges::find(members_, key, &Member::first);
    return found == members_.end() ? nullptr : &found->second;
  }
  void set(std::string_view key, std::string json) {
    if (auto* const known = find(key))
      *known = std::move(json);
    else
      members_.emplace_back(key, std::move(json));
  }
  std::string object() const {
    std::string out = "{";
    for (auto const& [key, json] : members_) {
      if (out.size() > 1) out += ',';
      json::append_string(out, key);
      (out += ':') += json;
    }
    return out += '}';
  }

 private:
  using Member = std::pair<std::string, std::string>;
  std::vector<Member> members_;
};

Result<void> add_all(std::string const& object, Members& to) {
  auto const members = json::slice_object(object);
  if (!members) return wrong("a file of arguments has to hold a JSON object");
  for (auto const& [key, value] : members->members()) to.set(key, std::string(value));
  return {};
}

std::optional<std::string> scalar(std::string const& text, Accepted const& takes) {
  if (takes.anything()) return is_json(text) ? text : json::quoted(text);
  if (takes.text) return json::quoted(text);
  if ((takes.number && is_number(text)) || (takes.integer && is_whole(text))) return text;
  if (takes.boolean && (text == "true" || text == "false")) return text;
  if (takes.null && text == "null") return text;
  if (takes.object && text.starts_with('{') && is_json(text)) return text;
  return std::nullopt;
}

Failure not_taken(std::string const& key, std::string const& text, Accepted const& takes) {
  return wrong(key + ": the tool wants " + takes.words() + ", not \"" +
               first_line(text, longest_quote) + "\"; " + key + ":=JSON sends any JSON as it is");
}

/// One array of all values: each an item, or an array of items.
Result<std::string> array_of(std::string const& key, std::vector<std::string> const& values,
                             std::optional<Node> schema, Node root) {
  auto const items = schema ? resolved(*schema, root).find("items") : std::nullopt;
  auto const takes =
      items ? accepted(*items, root) : Accepted{true, true, true, true, true, true, true};
  std::string out = "[";
  auto const add = [&out](std::string_view item) {
    if (out.size() > 1 && !item.empty()) out += ',';
    out += item;
  };
  for (auto const& value : values) {
    if (value.starts_with('[') && is_json(value)) {
      auto inside = std::string_view(value);
      inside.remove_prefix(1);
      inside.remove_suffix(inside.size() - inside.rfind(']'));
      bool const empty = inside.find_first_not_of(" \n\t\r") == inside.npos;
      add(empty ? std::string_view() : inside);
      continue;
    }
    auto const item = scalar(value, takes);
    if (!item) return not_taken(key, value, takes);
    add(*item);
  }
  return out += ']';
}

Result<std::string> typed(std::string const& key, std::vector<std::string> const& values,
                          std::optional<Node> schema, std::optional<Node> root) {
  constexpr Accepted everything{true, true, true, true, true, true, true};
  auto const takes = schema ? accepted(*schema, *root) : everything;
  if (takes.array && !takes.text) return array_of(key, values, schema, *root);
  if (values.size() > 1) return wrong(key + " is given more than once");
  auto const value = scalar(values.front(), takes);
  if (!value) return not_taken(key, values.front(), takes);
  return *value;
}

}  // namespace

Result<std::string> read_argument_file(std::string const& path) {
  bool const standard = path == "-";
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      standard ? stdin : std::fopen(path.c_str(), "rb"),
      standard ? [](std::FILE*) { return 0; } : &std::fclose);
  if (!file) return wrong("cannot read " + path + ": " + std::strerror(errno));
  std::string out;
  char buffer[65536];
  while (auto const got = std::fread(buffer, 1, sizeof buffer, file.get())) {
    out.append(buffer, got);
    if (out.size() > max_argument_file_bytes) return wrong(path + " is too long for an argument");
  }
  if (std::ferror(file.get())) return wrong("cannot read " + path);
  return out;
}

Result<std::vector<Word>> read_words(std::vector<std::string> const& words,
                                     ReadFile const& read_file) {
  std::vector<Word> out;
  for (auto const& word : words) {
    auto read = read_word(word, read_file);
    if (!read) return Failure(read.error());
    out.push_back(std::move(*read));
  }
  return out;
}

Result<std::string> tool_arguments(std::vector<Word> const& words,
                                   std::optional<Node> input_schema) {
  auto const properties = input_schema ? input_schema->find("properties") : std::nullopt;
  Members out;
  for (auto const& word : words)
    if (word.key.empty())
      if (auto const added = add_all(word.value, out); !added) return Failure(added.error());
  std::vector<std::string_view> done;
  for (auto const& word : words) {
    if (word.key.empty() || std::ranges::count(done, word.key) > 0) continue;
    done.push_back(word.key);
    std::vector<std::string> values;
    bool as_it_is = false;
    for (auto const& same : words) {
      if (same.key != word.key) continue;
      values.push_back(same.value);
      as_it_is |= same.is_json;
    }
    if (as_it_is && values.size() > 1) return wrong(word.key + " is given more than once");
    auto const schema = properties ? properties->find(word.key) : std::nullopt;
    auto value = as_it_is ? Result<std::string>(values.front())
                          : typed(word.key, values, schema, input_schema);
    if (!value) return Failure(value.error());
    out.set(word.key, std::move(*value));
  }
  return out.object();
}

Result<std::string> prompt_arguments(std::vector<Word> const& words) {
  Members out;
  for (auto const& word : words) {
    if (word.is_json) return wrong("prompts take texts only: key=value");
    if (out.find(word.key)) return wrong(word.key + " is given more than once");
    out.set(word.key, json::quoted(word.value));
  }
  return out.object();
}

}  // namespace rampart::client
