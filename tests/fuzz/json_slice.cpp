// Our own walk over JSON text and simdjson must agree on what is valid, and slices must hold what
// the parsed document holds: a gateway decides on one reading and passes on the other.
#include <cstdlib>

#include "json/document.hpp"
#include "json/numbers.hpp"
#include "json/slice.hpp"

namespace {
using rampart::Errc;
using rampart::Node;
namespace json = rampart::json;

void require(bool holds) {
  if (!holds) std::abort();
}

void compare_members(std::string_view text, Node root) {
  auto checked = json::slice_object(text);
  auto fast = json::slice_valid_object(text);
  require(checked.has_value() == root.is_object() && fast.has_value() == root.is_object());
  if (!checked) return;
  require(checked->members().size() == root.size() && fast->members().size() == root.size());
  std::size_t i = 0;
  for (auto [key, value] : root.members()) {
    auto const& member = checked->members()[i];
    auto const& same = fast->members()[i++];
    require(member.key == key && same.key == key);
    require(member.value.data() == same.value.data() && member.value == same.value);
    require(!json::find_defect(member.value));
    auto nested = json::Document::parse_copy(member.value);
    require(nested && nested->root().text() == value.text());
    require(json::string_of(member.value).has_value() == value.is_string());
    if (value.is_string()) require(json::string_of(member.value) == value.as_string());
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  std::string_view text(reinterpret_cast<char const*>(data), size);
  auto defect = json::find_defect(text);
  auto document = json::Document::parse_copy(text);
  if (defect) {
    require(!document && document.error().code == Errc::parse_error && defect->at <= size);
    (void)json::slice_valid_object(text);  // any answer, but no misbehaviour
    return 0;
  }
  bool bad_number = json::find_path_of_bad_number(text).has_value();
  require(document.has_value() != bad_number);
  if (bad_number) {
    require(document.error().code == Errc::invalid_params);
    return 0;
  }
  compare_members(text, document->root());
  return 0;
}
