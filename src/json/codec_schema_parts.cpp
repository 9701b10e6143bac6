#include "json/codec_schema_parts.hpp"

namespace rampart::detail {
namespace {

bool within_limits(long double value, Range const& range) {
  return !(range.min.set() && value < range.min.value()) &&
         !(range.max.set() && value > range.max.value());
}

}  // namespace

bool shows_default(TypeInfo const& type, void const* value, Limits const& limits) {
  switch (type.kind) {
    case Kind::boolean:
      return true;
    case Kind::enumeration:
      return find_name(type, static_cast<std::int64_t>(load_bits(type, value))) != nullptr;
    case Kind::integer: {
      auto const bits = load_bits(type, value);
      return within_limits(type.is_signed
                               ? static_cast<long double>(static_cast<std::int64_t>(bits))
                               : static_cast<long double>(bits),
                           limits.range);
    }
    case Kind::real:
      return within_limits(type.width == sizeof(double) ? *static_cast<double const*>(value)
                                                        : *static_cast<float const*>(value),
                           limits.range);
    case Kind::string:
      return !static_cast<std::string const*>(value)->empty();
    case Kind::optional: {
      void const* held = type.optional->get(value);
      return held && shows_default(type.item(), held, limits);
    }
    case Kind::list:
      return type.list->fixed == 0 && type.list->size(value) > 0;
    case Kind::map:
      return type.map->size(value) > 0;
    case Kind::any:
      return static_cast<Json const*>(value)->text() != "null";
    case Kind::bools:
    case Kind::object:
      return false;
  }
  return false;
}

std::string pointer_segment(std::string_view name) {
  constexpr char hex[] = "0123456789ABCDEF";
  std::string out = "/";
  for (char c : name) {
    auto const byte = static_cast<unsigned char>(c);
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '.';
    if (c == '~' || c == '/') {
      out += c == '~' ? "~0" : "~1";
    } else if (plain) {
      out += c;
    } else {
      out += {'%', hex[byte >> 4], hex[byte & 0xF]};
    }
  }
  return out;
}

}  // namespace rampart::detail
