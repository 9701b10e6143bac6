#include "protocol/translate_members.hpp"

#include <algorithm>

#include "base/log_text.hpp"
#include "json/write.hpp"

namespace rampart::protocol {
namespace {
// Of a member's name in a message (bytes).
constexpr std::size_t longest_name = 80;
}  // namespace

Failure bad_upstream(std::string what) {
  return fail(Errc::unavailable, "the upstream server's answer is not valid: " + std::move(what));
}

Result<json::Slices> slice_upstream(std::string_view text, std::string_view what) {
  auto slices = json::slice_valid_object(text);
  if (!slices) return bad_upstream(std::string(what) + " is not an object");
  if (auto const twice = slices->duplicate())
    return bad_upstream(std::string(what) + " has the member \"" +
                        std::string(base::clip(*twice, longest_name)) + "\" twice");
  return slices;
}

std::string& MemberWriter::begin(std::string_view key) {
  if (!out_.empty()) out_ += ',';
  json::append_string(out_, key);
  return out_ += ':';
}
MemberWriter& MemberWriter::raw(std::string_view key, std::string_view json_text) {
  begin(key) += json_text;
  return *this;
}
MemberWriter& MemberWriter::text(std::string_view key, std::string_view value) {
  json::append_string(begin(key), value);
  return *this;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string text_member(json::Slices const& object, std::string_view key) {
  auto const value = object.find(key);
  return value ? json::string_of(*value).value_or("") : std::string();
}

bool true_member(json::Slices const& object, std::string_view key) {
  return object.find(key) == std::string_view("true");
}

}  // namespace rampart::protocol
