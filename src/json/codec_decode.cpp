// decode(): a JSON value to a described one. Stops at the first rule that is broken.
#include <algorithm>
#include <bitset>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "json/codec_number.hpp"
#include "json/codec_rules.hpp"
#include "rampart/codec.hpp"

namespace rampart::detail {
namespace {

Failure broken(Path const& path, std::string rule) {
  std::string where = path.text();
  return fail(Errc::invalid_params, where.empty() ? std::move(rule) : where + ": " + rule);
}

/// The number that the whole text is.
template <class T>
std::optional<T> converted(std::string_view text) {
  T value{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

class Decoder {
 public:
  explicit Decoder(Strings strings) : strings_(strings) {}

  Result<void> value(TypeInfo const& type, Node node, void* out, Limits const& limits,
                     Path const& path);

 private:
  Result<void> boolean(Node node, bool& out, Path const& path);
  Result<void> integer(TypeInfo const& type, Node node, void* out, Range range, Path const& path);
  Result<void> real(TypeInfo const& type, Node node, void* out, Range range, Path const& path);
  Result<void> string(Node node, std::string& out, Length length, Path const& path);
  Result<void> enumeration(TypeInfo const& type, Node node, void* out, Path const& path);
  Result<void> list(TypeInfo const& type, Node node, void* out, Limits const& limits,
                    Path const& path);
  Result<void> bools(Node node, std::vector<bool>& out, Items items, Path const& path);
  Result<void> map(TypeInfo const& type, Node node, void* out, Limits const& limits,
                   Path const& path);
  Result<void> object(TypeInfo const& type, Node node, void* out, Path const& path);

  std::optional<std::string_view> text_of(Node node) const {
    return strings_ == Strings::convert ? node.as_string() : std::nullopt;
  }

  Strings strings_;
};

Result<void> Decoder::value(TypeInfo const& type, Node node, void* out, Limits const& limits,
                            Path const& path) {
  switch (type.kind) {
    case Kind::boolean:
      return boolean(node, *static_cast<bool*>(out), path);
    case Kind::integer:
      return integer(type, node, out, limits.range, path);
    case Kind::real:
      return real(type, node, out, limits.range, path);
    case Kind::string:
      return string(node, *static_cast<std::string*>(out), limits.length, path);
    case Kind::enumeration:
      return enumeration(type, node, out, path);
    case Kind::optional:
      if (!node.is_null())
        return value(type.item(), node, type.optional->emplace(out), limits, path);
      type.optional->reset(out);
      return {};
    case Kind::list:
      return list(type, node, out, limits, path);
    case Kind::bools:
      return bools(node, *static_cast<std::vector<bool>*>(out), limits.items, path);
    case Kind::map:
      return map(type, node, out, limits, path);
    case Kind::object:
      return object(type, node, out, path);
    case Kind::any:
      *static_cast<Json*>(out) = Json::trusted(node.text());
      return {};
  }
  return {};
}

Result<void> Decoder::boolean(Node node, bool& out, Path const& path) {
  if (auto flag = node.as_bool()) {
    out = *flag;
    return {};
  }
  auto const text = text_of(node);
  if (text != "true" && text != "false") return broken(path, "must be true or false");
  out = text == "true";
  return {};
}

Result<void> within(long double number, Range range, Path const& path) {
  bool const below = range.min.set() && number < range.min.value();
  bool const above = range.max.set() && number > range.max.value();
  if (!below && !above) return {};
  return broken(path,
                range_rule(range.min.value(), range.min.set(), range.max.value(), range.max.set()));
}

Result<void> Decoder::integer(TypeInfo const& type, Node node, void* out, Range range,
                              Path const& path) {
  auto number = node.as_int64();
  auto large = number ? std::nullopt : node.as_uint64();
  if (auto text = text_of(node)) {
    number = converted<std::int64_t>(*text);
    if (!number) large = converted<std::uint64_t>(*text);
  }
  long double exact = 0;
  if (number) {
    exact = *number;
  } else if (large) {
    exact = *large;
  } else {
    auto const real = node.as_double();
    if (!real || std::trunc(*real) != *real) return broken(path, "must be an integer");
    exact = *real;
  }
  if (auto in = within(exact, range, path); !in) return in;
  if (exact < smallest(type) || exact > largest(type))
    return broken(path, range_rule(smallest(type), true, largest(type), true));
  store_bits(type, out,
             exact < 0 ? static_cast<std::uint64_t>(static_cast<std::int64_t>(exact))
                       : static_cast<std::uint64_t>(exact));
  return {};
}

Result<void> Decoder::real(TypeInfo const& type, Node node, void* out, Range range,
                           Path const& path) {
  auto number = node.as_double();
  if (auto text = text_of(node)) number = converted<double>(*text);
  if (!number || !std::isfinite(*number)) return broken(path, "must be a number");
  if (auto in = within(*number, range, path); !in) return in;
  if (type.width == sizeof(double)) {
    std::memcpy(out, &*number, sizeof(double));
    return {};
  }
  constexpr float most = std::numeric_limits<float>::max();
  constexpr double most_as_written = 3.4028235e38;  // its shortest form, a little above it
  if (std::fabs(*number) > most_as_written)
    return broken(path, range_rule(-most_as_written, true, most_as_written, true));
  auto const narrow = static_cast<float>(
      std::clamp(*number, -static_cast<double>(most), static_cast<double>(most)));
  std::memcpy(out, &narrow, sizeof(float));
  return {};
}

Result<void> Decoder::string(Node node, std::string& out, Length length, Path const& path) {
  auto const text = node.as_string();
  if (!text) return broken(path, "must be a string");
  if (length.min > 0 || length.max != no_limit) {
    std::size_t const count = code_points(*text);
    if (count < length.min || count > length.max) return broken(path, length_rule(length));
  }
  out.assign(*text);
  return {};
}

Result<void> Decoder::enumeration(TypeInfo const& type, Node node, void* out, Path const& path) {
  auto const text = node.as_string();
  EnumName const* named = text ? find_name(type, *text) : nullptr;
  if (!named) return broken(path, names_rule(type));
  store_bits(type, out, static_cast<std::uint64_t>(named->value));
  return {};
}

Result<void> Decoder::list(TypeInfo const& type, Node node, void* out, Limits const& limits,
                           Path const& path) {
  if (!node.is_array()) return broken(path, "must be an array");
  ListOps const& ops = *type.list;
  Items const items = ops.fixed > 0 ? Items{ops.fixed, ops.fixed} : limits.items;
  std::size_t const size = node.size();
  if (size < items.min || size > items.max) return broken(path, count_rule(items, false));
  Limits inner = limits;
  inner.items = {};
  if (ops.clear) ops.clear(out);
  std::size_t index = 0;
  for (Node item : node.items()) {
    Path const here{&path, {}, index};
    void* slot = ops.grow ? ops.grow(out) : ops.at(out, index);
    if (auto done = value(type.item(), item, slot, inner, here); !done) return done;
    ++index;
  }
  return {};
}

Result<void> Decoder::bools(Node node, std::vector<bool>& out, Items items, Path const& path) {
  if (!node.is_array()) return broken(path, "must be an array");
  std::size_t const size = node.size();
  if (size < items.min || size > items.max) return broken(path, count_rule(items, false));
  out.clear();
  for (Node item : node.items()) {
    Path const here{&path, {}, out.size()};
    bool flag = false;
    if (auto done = boolean(item, flag, here); !done) return done;
    out.push_back(flag);
  }
  return {};
}

Result<void> Decoder::map(TypeInfo const& type, Node node, void* out, Limits const& limits,
                          Path const& path) {
  if (!node.is_object()) return broken(path, "must be an object");
  std::size_t const size = node.size();
  if (size < limits.items.min || size > limits.items.max)
    return broken(path, count_rule(limits.items, true));
  Limits inner = limits;
  inner.items = {};
  type.map->clear(out);
  for (auto [key, member] : node.members()) {
    Path const here{&path, key, 0};
    std::size_t const before = type.map->size(out);
    void* slot = type.map->insert(out, key);
    if (type.map->size(out) == before) return broken(here, "is given twice");
    if (auto done = value(type.item(), member, slot, inner, here); !done) return done;
  }
  return {};
}

std::size_t index_of(ObjectOps const& object, std::string_view name) {
  std::size_t index = 0;
  while (index < object.count && object.fields[index].name != name) ++index;
  return index;
}

Result<void> Decoder::object(TypeInfo const& type, Node node, void* out, Path const& path) {
  if (!node.is_object()) return broken(path, "must be an object");
  ObjectOps const& object = *type.object;
  std::bitset<max_fields> given;
  for (auto [name, member] : node.members()) {
    Path const here{&path, name, 0};
    std::size_t const index = index_of(object, name);
    if (index == object.count) return broken(here, unknown_rule(type));
    if (given.test(index)) return broken(here, "is given twice");
    given.set(index);
    FieldInfo const& field = object.fields[index];
    auto done = value(field.type(), member, field.address(out), field.limits, here);
    if (!done) return done;
  }
  for (std::size_t i = 0; i < object.count; ++i) {
    FieldInfo const& field = object.fields[i];
    if (field.required && !given.test(i)) {
      Path const here{&path, field.name, 0};
      return broken(here, "is missing");
    }
  }
  return {};
}

}  // namespace

Result<void> decode(TypeInfo const& type, Node node, void* out, std::string_view path,
                    Strings strings) {
  Path const root{nullptr, path, 0};
  return Decoder(strings).value(type, node, out, Limits{}, root);
}

}  // namespace rampart::detail
