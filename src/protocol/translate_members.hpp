// Objects of other servers, member by member: sliced from their text, and written anew only where a
// member changes. What passes through keeps its bytes.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "json/slice.hpp"

namespace rampart::protocol {

/// What an upstream sent is not what the protocol says: Errc::unavailable, `what` for people.
Failure bad_upstream(std::string what);

/// The members of an object that came from an upstream, as valid JSON. Errors: unavailable when it
/// is no object or has a member twice; `what` names it in the message.
Result<json::Slices> slice_upstream(std::string_view text, std::string_view what);

/// An object being written.
class MemberWriter {
 public:
  MemberWriter& raw(std::string_view key, std::string_view json_text);
  MemberWriter& text(std::string_view key, std::string_view value);
  /// For a value that the caller appends.
  std::string& begin(std::string_view key);
  bool empty() const { return out_.empty(); }
  void reserve(std::size_t bytes) { out_.reserve(bytes); }
  std::string members() && { return std::move(out_); }
  std::string object() && { return "{" + std::move(out_) + "}"; }

 private:
  std::string out_;
};

inline bool is_object_text(std::string_view json) { return json.starts_with('{'); }
inline bool is_array_text(std::string_view json) { return json.starts_with('['); }
bool is_one_of(std::string_view text, std::initializer_list<std::string_view> list);

/// Calls `on_item(std::string_view item)` for each item of an array's valid text; false when it is
/// no array.
template <class OnItem>
bool each_item(std::string_view array, OnItem on_item) {
  json::Cursor cursor(array, json::Trust::valid);
  cursor.skip_space();
  if (cursor.peek() != '[') return false;
  return cursor.array([&] {
    auto const start = cursor.position();
    if (!cursor.skip_value()) return false;
    on_item(cursor.since(start));
    return true;
  });
}

/// The text of a string member, or "".
std::string text_member(json::Slices const& object, std::string_view key);
/// A member that is true.
bool true_member(json::Slices const& object, std::string_view key);

}  // namespace rampart::protocol
