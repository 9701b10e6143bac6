#include "rampart/json_value.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include "json/document.hpp"
#include "json/write.hpp"

namespace rampart {
namespace {
namespace bj = boost::json;

std::string_view view(bj::string_view text) { return {text.data(), text.size()}; }

bj::object to_object(Node node) {
  bj::object out;
  out.reserve(node.size());
  for (auto [key, value] : node.members()) out.emplace(key, to_value(value));
  return out;
}

bj::array to_array(Node node) {
  bj::array out;
  out.reserve(node.size());
  for (Node item : node.items()) out.push_back(to_value(item));
  return out;
}

void append(std::string& out, bj::value const& value);

void append(std::string& out, bj::object const& object) {
  char separator = '{';
  for (auto const& member : object) {
    out += separator;
    json::append_string(out, view(member.key()));
    out += ':';
    append(out, member.value());
    separator = ',';
  }
  out += separator == '{' ? "{}" : "}";
}

void append(std::string& out, bj::array const& array) {
  char separator = '[';
  for (bj::value const& item : array) {
    out += separator;
    append(out, item);
    separator = ',';
  }
  out += separator == '[' ? "[]" : "]";
}

void append(std::string& out, bj::value const& value) {
  switch (value.kind()) {
    case bj::kind::null:
      out += "null";
      break;
    case bj::kind::bool_:
      json::append_bool(out, value.get_bool());
      break;
    case bj::kind::int64:
      json::append_int(out, value.get_int64());
      break;
    case bj::kind::uint64:
      json::append_uint(out, value.get_uint64());
      break;
    case bj::kind::double_:
      json::append_double(out, value.get_double());
      break;
    case bj::kind::string:
      json::append_string(out, view(value.get_string()));
      break;
    case bj::kind::array:
      append(out, value.get_array());
      break;
    case bj::kind::object:
      append(out, value.get_object());
      break;
  }
}
}  // namespace

Result<boost::json::value> to_value(Json const& json) {
  auto document = json::Document::parse_copy(json.text());
  if (!document) return fail(std::move(document.error()));
  return to_value(document->root());
}

boost::json::value to_value(Node node) {
  switch (node.kind()) {
    case Node::Kind::boolean:
      return *node.as_bool();
    case Node::Kind::integer:
      return *node.as_int64();
    case Node::Kind::unsigned_integer:
      return *node.as_uint64();
    case Node::Kind::number:
      return *node.as_double();
    case Node::Kind::string:
      return bj::string(*node.as_string());
    case Node::Kind::array:
      return to_array(node);
    case Node::Kind::object:
      return to_object(node);
    case Node::Kind::null:
      break;
  }
  return nullptr;
}

Json to_json(boost::json::value const& value) {
  std::string text;
  append(text, value);
  return Json::trusted(std::move(text));
}

}  // namespace rampart
