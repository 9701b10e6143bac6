// encode(): a described value to minified JSON, appended.
#include <stdexcept>

#include "json/codec_number.hpp"
#include "json/write.hpp"
#include "rampart/codec.hpp"

namespace rampart::detail {
namespace {

void encode_integer(TypeInfo const& type, void const* value, std::string& out) {
  std::uint64_t const bits = load_bits(type, value);
  if (type.is_signed)
    json::append_int(out, static_cast<std::int64_t>(bits));
  else
    json::append_uint(out, bits);
}

void encode_enum(TypeInfo const& type, void const* value, std::string& out) {
  auto const number = static_cast<std::int64_t>(load_bits(type, value));
  EnumName const* named = find_name(type, number);
  if (!named)
    throw std::logic_error("rampart: enum value " + std::to_string(number) + " has no name");
  json::append_string(out, named->name);
}

void encode_list(TypeInfo const& type, void const* value, std::string& out) {
  TypeInfo const& item = type.item();
  std::size_t const size = type.list->size(value);
  out += '[';
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    encode(item, type.list->at(const_cast<void*>(value), i), out);
  }
  out += ']';
}

void encode_bools(void const* value, std::string& out) {
  out += '[';
  for (bool flag : *static_cast<std::vector<bool> const*>(value)) {
    if (out.back() != '[') out += ',';
    json::append_bool(out, flag);
  }
  out += ']';
}

struct MapWriter {
  TypeInfo const& item;
  std::string& out;
  bool first = true;

  static void member(void* self, std::string_view key, void const* value) {
    auto& writer = *static_cast<MapWriter*>(self);
    if (!writer.first) writer.out += ',';
    writer.first = false;
    json::append_string(writer.out, key);
    writer.out += ':';
    encode(writer.item, value, writer.out);
  }
};

void encode_map(TypeInfo const& type, void const* value, std::string& out) {
  MapWriter writer{type.item(), out};
  out += '{';
  type.map->each(value, &writer, &MapWriter::member);
  out += '}';
}

bool is_left_out(FieldInfo const& field, TypeInfo const& type, void const* value) {
  return !field.required && type.kind == Kind::optional && !type.optional->get(value);
}

void encode_object(TypeInfo const& type, void const* value, std::string& out) {
  bool first = true;
  out += '{';
  for (std::size_t i = 0; i < type.object->count; ++i) {
    FieldInfo const& field = type.object->fields[i];
    TypeInfo const& member_type = field.type();
    void const* member = field.address(const_cast<void*>(value));
    if (is_left_out(field, member_type, member)) continue;
    if (!first) out += ',';
    first = false;
    json::append_string(out, field.name);
    out += ':';
    encode(member_type, member, out);
  }
  out += '}';
}

}  // namespace

void encode(TypeInfo const& type, void const* value, std::string& out) {
  switch (type.kind) {
    case Kind::boolean:
      return json::append_bool(out, *static_cast<bool const*>(value));
    case Kind::integer:
      return encode_integer(type, value, out);
    case Kind::real:
      return append_real(out, type, value);
    case Kind::string:
      return json::append_string(out, *static_cast<std::string const*>(value));
    case Kind::enumeration:
      return encode_enum(type, value, out);
    case Kind::optional:
      if (void const* held = type.optional->get(value)) return encode(type.item(), held, out);
      out += "null";
      return;
    case Kind::list:
      return encode_list(type, value, out);
    case Kind::bools:
      return encode_bools(value, out);
    case Kind::map:
      return encode_map(type, value, out);
    case Kind::object:
      return encode_object(type, value, out);
    case Kind::any:
      out += static_cast<Json const*>(value)->text();
      return;
  }
}

}  // namespace rampart::detail
