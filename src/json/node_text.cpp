// Recursion is safe here: documents are parsed with a depth limit.
#include "json/node_text.hpp"

#include "json/write.hpp"

namespace rampart::json {
namespace {
void append_object(std::string& out, Node node) {
  char separator = '{';
  for (auto [key, value] : node.members()) {
    out += separator;
    append_string(out, key);
    out += ':';
    append_node(out, value);
    separator = ',';
  }
  out += separator == '{' ? "{}" : "}";
}

void append_array(std::string& out, Node node) {
  char separator = '[';
  for (Node item : node.items()) {
    out += separator;
    append_node(out, item);
    separator = ',';
  }
  out += separator == '[' ? "[]" : "]";
}
}  // namespace

void append_node(std::string& out, Node node) {
  switch (node.kind()) {
    case Node::Kind::null:
      out += "null";
      break;
    case Node::Kind::boolean:
      append_bool(out, *node.as_bool());
      break;
    case Node::Kind::integer:
      append_int(out, *node.as_int64());
      break;
    case Node::Kind::unsigned_integer:
      append_uint(out, *node.as_uint64());
      break;
    case Node::Kind::number:
      append_double(out, *node.as_double());
      break;
    case Node::Kind::string:
      append_string(out, *node.as_string());
      break;
    case Node::Kind::array:
      append_array(out, node);
      break;
    case Node::Kind::object:
      append_object(out, node);
      break;
  }
}

}  // namespace rampart::json
