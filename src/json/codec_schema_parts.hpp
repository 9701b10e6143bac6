// Pieces of the schema writer: an object being written, references, and which defaults are shown.
#pragma once
#include <string>
#include <string_view>

#include "json/codec_number.hpp"
#include "json/write.hpp"
#include "rampart/codec.hpp"

namespace rampart::detail {

/// One JSON object being written: puts the commas.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }
  ~Members() { out_ += '}'; }
  Members(Members const&) = delete;
  Members& operator=(Members const&) = delete;

  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    json::append_string(out_, name);
    return out_ += ':';
  }
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) json::append_string(key(name), value);
  }
  void number(std::string_view name, std::size_t value) { json::append_uint(key(name), value); }
  void bound(std::string_view name, Bound bound) {
    if (bound.set()) append_bound(key(name), bound.value());
  }

 private:
  std::string& out_;
  bool first_ = true;
};

/// A member's name as a segment of a `#/...` reference: a JSON pointer inside a URI fragment.
std::string pointer_segment(std::string_view name);

/// False for a default outside the member's own limits, which means "not given", and for an empty
/// one, which says nothing.
bool shows_default(TypeInfo const& type, void const* value, Limits const& limits);

}  // namespace rampart::detail
