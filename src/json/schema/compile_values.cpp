// The keywords that look at one value alone: type, const, enum, numbers, strings.
#include <utility>

#include "json/schema/compiler.hpp"
#include "json/schema/report.hpp"
#include "json/write.hpp"

namespace rampart::json {
namespace {
TypeSet types(Node value) {
  TypeSet set = 0;
  if (auto name = value.as_string()) set = *type_named(*name);
  for (Node item : value.items()) set |= *type_named(*item.as_string());
  return set;
}

void add_value(ValueRule& rule, std::map<std::string, bool, std::less<>>& strings, Node value) {
  if (auto text = value.as_string()) {
    strings.emplace(*text, true);
  } else {
    rule.others.emplace_back(value);
  }
}
}  // namespace

bool Compiler::value_keyword(Work& work, Key key, Node value) {
  if (key == Key::type) {
    work.out.types = types(value);
    return true;
  }
  if (key != Key::enum_ && key != Key::const_) return false;
  ValueRule rule;
  std::map<std::string, bool, std::less<>> strings;
  Listing allowed;
  if (key == Key::const_) {
    rule.keyword = "const";
    add_value(rule, strings, value);
    allowed.add(value.text());
  } else {
    rule.keyword = "enum";
    for (Node item : value.items()) {
      add_value(rule, strings, item);
      allowed.add(item.text());
    }
  }
  rule.strings = NameTable<bool>(strings);
  rule.allowed = allowed.text();
  work.out.values.push_back(std::move(rule));
  return true;
}

bool Compiler::number_keyword(Work& work, Key key, Node value) {
  auto number = Number::of(value);
  switch (key) {
    case Key::minimum:
      made(work.out.number).minimum = number;
      return true;
    case Key::maximum:
      made(work.out.number).maximum = number;
      return true;
    case Key::exclusive_minimum:
      made(work.out.number).exclusive_minimum = number;
      return true;
    case Key::exclusive_maximum:
      made(work.out.number).exclusive_maximum = number;
      return true;
    case Key::multiple_of:
      made(work.out.number).multiple_of.emplace(*number);
      return true;
    default:
      return false;
  }
}

bool Compiler::string_keyword(Work& work, Key key, Node value) {
  switch (key) {
    case Key::min_length:
      made(work.out.string).min_length = count_of(value);
      return true;
    case Key::max_length:
      made(work.out.string).max_length = count_of(value);
      return true;
    case Key::pattern: {
      Pattern const* compiled =
          pattern(*value.as_string(), step(work.site.pointer, std::string_view("pattern")));
      if (compiled != nullptr) made(work.out.string).pattern = compiled;
      return true;
    }
    default:
      return false;
  }
}

// nullptr when it cannot be compiled.
Pattern const* Compiler::pattern(std::string_view source, std::string const& place) {
  if (auto known = patterns_.find(source); known != patterns_.end()) return known->second;
  auto compiled = Pattern::compile(source);
  if (!compiled) {
    std::string why = shown(quoted(source)) + " is " + compiled.error().message;
    if (policy_ == PatternPolicy::refuse) problem_.add(place, why);
    program_.skipped.push_back(place + ": " + why);
    return nullptr;
  }
  Pattern const* kept = &program_.patterns.emplace_back(std::move(*compiled));
  patterns_.emplace(source, kept);
  return kept;
}

}  // namespace rampart::json
