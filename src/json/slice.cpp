#include "json/slice.hpp"

#include <algorithm>

namespace rampart::json {
namespace {
// Up to here comparing each with each is faster than sorting (members).
constexpr std::size_t few_members = 16;
}  // namespace

std::optional<Defect> find_defect(std::string_view text, std::size_t max_depth) {
  Cursor cursor(text, Trust::none, max_depth);
  cursor.skip_space();
  if (cursor.skip_value() && cursor.end()) return std::nullopt;
  return cursor.defect();
}

Error to_error(Defect defect) {
  return Error(Errc::parse_error,
               "not JSON at byte " + std::to_string(defect.at) + ": " + defect.reason);
}

void Slices::add(Cursor::Raw key, std::string_view value) {
  std::string_view name = key.text;
  if (key.escaped) name = unescaped_.emplace_front(unescape(key.text));
  members_.push_back({name, value});
}

std::optional<std::string_view> Slices::find(std::string_view key) const {
  for (Member const& member : members_) {
    if (member.key == key) return member.value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Slices::duplicate() const {
  if (members_.size() <= few_members) {
    for (auto it = members_.begin(); it != members_.end(); ++it) {
      auto same = [&](Member const& other) { return other.key == it->key; };
      if (std::any_of(members_.begin(), it, same)) return it->key;
    }
    return std::nullopt;
  }
  std::vector<std::string_view> keys;
  keys.reserve(members_.size());
  for (Member const& member : members_) keys.push_back(member.key);
  std::sort(keys.begin(), keys.end());
  auto twice = std::adjacent_find(keys.begin(), keys.end());
  if (twice == keys.end()) return std::nullopt;
  return *twice;
}

Result<Slices> slice(std::string_view text, Trust trust) {
  Slices out;
  Cursor cursor(text, trust);
  cursor.skip_space();
  auto on_member = [&](Cursor::Raw key) {
    std::size_t start = cursor.position();
    if (!cursor.skip_value()) return false;
    out.add(key, cursor.since(start));
    return true;
  };
  bool object = cursor.peek() == '{';
  if (!(object ? cursor.object(on_member) : cursor.skip_value()) || !cursor.end()) {
    return fail(to_error(cursor.defect()));
  }
  if (!object) return fail(Errc::invalid_request, "expected a JSON object");
  return out;
}

Result<Slices> slice_object(std::string_view text) { return slice(text, Trust::none); }
Result<Slices> slice_valid_object(std::string_view text) { return slice(text, Trust::valid); }

std::optional<std::string> string_of(std::string_view slice) {
  Cursor cursor(slice);
  Cursor::Raw raw;
  cursor.skip_space();
  if (!cursor.skip_string(raw) || !cursor.end()) return std::nullopt;
  return raw.escaped ? unescape(raw.text) : std::string(raw.text);
}

}  // namespace rampart::json
