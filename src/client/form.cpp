#include "client/form.hpp"

#include <algorithm>
#include <charconv>

#include "client/schema_types.hpp"
#include "client/text.hpp"
#include "json/document.hpp"
#include "json/schema/schema.hpp"
#include "json/write.hpp"

namespace rampart::client {
namespace {

constexpr std::size_t max_fields = 100;
constexpr std::size_t longest_line = 400;  // of a title or description (bytes)

std::string text_of(Node from, std::string_view member) {
  auto const found = from.find(member);
  return std::string(found ? found->as_string().value_or("") : "");
}

/// `enum` with `enumNames`, or `oneOf`/`anyOf` with `const` and `title`.
std::vector<Field::Option> options_of(Node schema) {
  std::vector<Field::Option> out;
  if (auto const values = schema.find("enum"))
    for (Node const value : values->items())
      out.push_back({std::string(value.as_string().value_or("")), ""});
  if (auto const names = schema.find("enumNames")) {
    std::size_t at = 0;
    for (Node const name : names->items())
      if (at < out.size()) out[at++].title = name.as_string().value_or("");
  }
  for (std::string_view const keyword : {"oneOf", "anyOf"})
    if (auto const branches = schema.find(keyword))
      for (Node const branch : branches->items())
        if (branch.find("const"))
          out.push_back({text_of(branch, "const"), text_of(branch, "title")});
  return out;
}

std::optional<Field::Kind> kind_of(Node schema, Field& field) {
  auto const type = text_of(schema, "type");
  field.options = options_of(schema);
  if (type == "array") {
    if (auto const items = schema.find("items")) field.options = options_of(*items);
    if (field.options.empty()) return std::nullopt;
    return Field::Kind::choices;
  }
  if (!field.options.empty()) return Field::Kind::choice;
  if (type == "string") return Field::Kind::text;
  if (type == "number") return Field::Kind::number;
  if (type == "integer") return Field::Kind::integer;
  if (type == "boolean") return Field::Kind::boolean;
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Failure wanted(std::string_view what) {
  return fail(Errc::invalid_params, "please type " + std::string(what));
}

Result<std::string> option(Field const& field, std::string_view typed) {
  typed = trimmed(typed);
  for (auto const& [value, title] : field.options)
    if (typed == value || (typed == title && !title.empty())) return json::quoted(value);
  std::size_t number = 0;
  auto const [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
  bool const whole = error == std::errc() && end == typed.data() + typed.size();
  if (whole && number >= 1 && number <= field.options.size())
    return json::quoted(field.options[number - 1].value);
  return wanted("one of the options or its number");
}

Result<std::string> several(Field const& field, std::string_view typed) {
  std::string out = "[";
  while (!trimmed(typed).empty()) {
    auto const comma = std::min(typed.find(','), typed.size());
    auto const one = option(field, typed.substr(0, comma));
    if (!one) return Failure(one.error());
    if (out.size() > 1) out += ',';
    out += *one;
    typed.remove_prefix(std::min(comma + 1, typed.size()));
  }
  return out += ']';
}

Result<std::string> boolean(std::string_view typed) {
  std::string word(trimmed(typed));
  std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
  for (std::string_view const yes : {"y", "yes", "true", "1"})
    if (word == yes) return std::string("true");
  for (std::string_view const no : {"n", "no", "false", "0"})
    if (word == no) return std::string("false");
  return wanted("y or n");
}

Result<std::string> number(std::string_view typed, bool whole) {
  std::string text(trimmed(typed));
  auto const document = json::Document::parse(text);
  bool const fits =
      document && (whole ? document->root().as_int64().has_value() : document->root().is_number());
  if (!fits) return wanted(whole ? "a whole number" : "a number");
  return std::string(trimmed(typed));
}

Result<std::string> by_kind(Field const& field, std::string_view typed) {
  switch (field.kind) {
    case Field::Kind::number:
      return number(typed, false);
    case Field::Kind::integer:
      return number(typed, true);
    case Field::Kind::boolean:
      return boolean(typed);
    case Field::Kind::choice:
      return option(field, typed);
    case Field::Kind::choices:
      return several(field, typed);
    case Field::Kind::text:
      break;
  }
  return json::quoted(typed);
}

/// What an empty line stands for.
std::string hint(Field const& field) {
  if (!field.preset) {
    if (field.kind == Field::Kind::boolean) return field.required ? "[y/n]" : "[y/n, empty: skip]";
    return field.required ? "[required]" : "[empty: skip]";
  }
  if (field.kind == Field::Kind::boolean) return *field.preset == "true" ? "[Y/n]" : "[y/N]";
  std::string text = *field.preset;
  auto const document = json::Document::parse_copy(*field.preset);
  if (document && document->root().as_string()) text = *document->root().as_string();
  return "[" + first_line(text, longest_line) + "]";
}

}  // namespace

Result<std::vector<Field>> read_form(std::string_view requested_schema) {
  auto const document = json::Document::parse_copy(requested_schema);
  auto const properties = document ? document->root().find("properties") : std::nullopt;
  auto const bad = [](std::string_view why) {
    return fail(Errc::unavailable, "the form that the server asks to fill in " + std::string(why));
  };
  if (!properties || !properties->is_object()) return bad("has no properties");
  if (properties->size() > max_fields) return bad("has too many fields");
  std::vector<Field> out;
  for (auto const [name, schema] : properties->members()) {
    Field field;
    field.name = name;
    auto const kind = kind_of(schema, field);
    if (!kind) return bad("has a field of no simple type: " + first_line(name, longest_line));
    field.kind = *kind;
    field.title = text_of(schema, "title");
    field.description = text_of(schema, "description");
    field.schema = schema.text();
    if (auto const preset = schema.find("default")) field.preset = preset->text();
    if (auto const required = document->root().find("required"))
      for (Node const each : required->items()) field.required |= each.as_string() == name;
    out.push_back(std::move(field));
  }
  return out;
}

std::string question(Field const& field) {
  std::string out = "  " + first_line(field.title.empty() ? field.name : field.title, longest_line);
  if (!field.description.empty()) out += " (" + first_line(field.description, longest_line) + ")";
  bool const choosing = !field.options.empty();
  std::size_t number = 0;
  for (auto const& [value, title] : field.options) {
    out += "\n    " + std::to_string(++number) + "  " + first_line(value, longest_line);
    if (!title.empty() && title != value) out += "  " + first_line(title, longest_line);
  }
  if (choosing)
    out += field.kind == Field::Kind::choices ? "\n  some of them, with commas" : "\n  one of them";
  if (auto const what = hint(field); !what.empty()) out += " " + what;
  return out + ": ";
}

Result<std::string> read_typed(Field const& field, std::string_view typed) {
  auto value = by_kind(field, typed);
  if (!value) return value;
  auto const schema = json::Schema::compile(field.schema, {}, {}, json::PatternPolicy::skip);
  if (!schema) return value;  // the server judges
  auto const document = json::Document::parse_copy(*value);
  if (!document) return Failure(document.error());
  if (auto const violation = schema->validate(document->root()))
    return fail(Errc::invalid_params, "this " + violation->message);
  return value;
}

}  // namespace rampart::client
