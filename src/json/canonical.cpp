// Recursion is safe here: documents are parsed with a depth limit.
#include "json/canonical.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "json/node_text.hpp"
#include "json/write.hpp"

namespace rampart::json {
namespace {
void append_object(std::string& out, Node node) {
  std::vector<std::pair<std::string_view, Node>> members;
  members.reserve(node.size());
  for (auto member : node.members()) members.push_back(member);
  // Equal keys keep their order: a Node knows its place in the document.
  auto before = [](auto const& a, auto const& b) {
    int order = a.first.compare(b.first);
    return order != 0 ? order < 0 : a.second.raw()[1] < b.second.raw()[1];
  };
  if (!std::is_sorted(members.begin(), members.end(), before)) {
    std::sort(members.begin(), members.end(), before);
  }
  out += '{';
  for (auto const& [key, value] : members) {
    if (out.back() != '{') out += ',';
    append_string(out, key);
    out += ':';
    append_canonical(out, value);
  }
  out += '}';
}

void append_array(std::string& out, Node node) {
  char separator = '[';
  for (Node item : node.items()) {
    out += separator;
    append_canonical(out, item);
    separator = ',';
  }
  out += separator == '[' ? "[]" : "]";
}
}  // namespace

void append_canonical(std::string& out, Node node) {
  switch (node.kind()) {
    case Node::Kind::object:
      return append_object(out, node);
    case Node::Kind::array:
      return append_array(out, node);
    case Node::Kind::number:
      // append_double prints integral doubles below 2^53 without a point; only minus zero differs.
      return append_double(out, *node.as_double() == 0 ? 0.0 : *node.as_double());
    default:
      return append_node(out, node);
  }
}

}  // namespace rampart::json
