// schema_of(): JSON Schema 2020-12 of a described type.
#include <vector>

#include "json/codec_number.hpp"
#include "json/codec_schema_parts.hpp"
#include "json/write.hpp"
#include "rampart/codec.hpp"

namespace rampart::detail {
namespace {

/// What a member adds to the schema of its type.
struct Extra {
  FieldInfo const* field = nullptr;     ///< title, description, header: the member's own
  Limits const* limits = nullptr;       ///< reach down to the values that containers hold
  void const* default_value = nullptr;  ///< of the member's type, in a T{}
  bool items_limited = true;            ///< Items limits the outermost container only
  bool nullable = false;
};

class SchemaWriter {
 public:
  SchemaWriter(std::string& out, SchemaUse use) : out_(out), use_(use) {}

  void type(TypeInfo const& type, Extra const& extra, std::string const& place);

 private:
  struct Open {
    TypeInfo const* type;
    std::string place;
  };
  /// Writes `properties` once it is given a T{} to read the defaults from.
  struct Properties {
    SchemaWriter& writer;
    Members& m;
    TypeInfo const& type;
    std::string const& place;
    static void write(void* self, std::string_view, void const* defaults) {
      auto& p = *static_cast<Properties*>(self);
      p.writer.properties(p.m, p.type, defaults, p.place);
    }
  };
  void type_name(Members& m, std::string_view name, bool nullable);
  void scalar(Members& m, TypeInfo const& type, Extra const& extra);
  void list(Members& m, TypeInfo const& item, std::size_t fixed, Extra const& extra,
            std::string const& place);
  void map(Members& m, TypeInfo const& type, Extra const& extra, std::string const& place);
  void object(Members& m, TypeInfo const& type, std::string const& place);
  void properties(Members& m, TypeInfo const& type, void const* defaults, std::string const& place);
  bool refers_back(Members& m, TypeInfo const& type, bool nullable);

  std::string& out_;
  SchemaUse use_;
  std::vector<Open> open_;  // objects that are being written: a recursive type refers back to one
};

void describe_member(Members& m, Extra const& extra) {
  if (!extra.field) return;
  m.text("title", extra.field->title);
  m.text("description", extra.field->doc);
}

void member_tail(Members& m, TypeInfo const& type, Extra const& extra) {
  if (!extra.field) return;
  if (extra.default_value && shows_default(type, extra.default_value, *extra.limits))
    encode(type, extra.default_value, m.key("default"));
  m.text("x-mcp-header", extra.field->header);
}

void SchemaWriter::type_name(Members& m, std::string_view name, bool nullable) {
  if (!nullable || use_ == SchemaUse::form) return m.text("type", name);
  std::string& out = m.key("type");
  out += '[';
  json::append_string(out, name);
  out += ",\"null\"]";
}

// The bounds that an author sets; else those of a narrow or unsigned type. 32 and 64 bits go
// unsaid.
void integer_bounds(Members& m, TypeInfo const& type, Range range) {
  if (!range.min.set() && (type.width < 4 || !type.is_signed)) range.min = smallest(type);
  if (!range.max.set() && type.width < 4) range.max = largest(type);
  m.bound("minimum", range.min);
  m.bound("maximum", range.max);
}

void string_limits(Members& m, Limits const& limits) {
  if (limits.length.min > 0) m.number("minLength", limits.length.min);
  if (limits.length.max != no_limit) m.number("maxLength", limits.length.max);
  m.text("pattern", limits.pattern);
  m.text("format", limits.format);
}

void enum_values(Members& m, TypeInfo const& type, bool nullable) {
  std::string& out = m.key("enum");
  out += '[';
  for (std::size_t i = 0; i < type.name_count; ++i) {
    if (i > 0) out += ',';
    json::append_string(out, type.names[i].name);
  }
  out += nullable ? ",null]" : "]";
}

void SchemaWriter::scalar(Members& m, TypeInfo const& type, Extra const& extra) {
  static constexpr Limits none{};
  Limits const& limits = extra.limits ? *extra.limits : none;
  switch (type.kind) {
    case Kind::boolean:
      type_name(m, "boolean", extra.nullable);
      return describe_member(m, extra);
    case Kind::integer:
      type_name(m, "integer", extra.nullable);
      describe_member(m, extra);
      return integer_bounds(m, type, limits.range);
    case Kind::real:
      type_name(m, "number", extra.nullable);
      describe_member(m, extra);
      m.bound("minimum", limits.range.min);
      return m.bound("maximum", limits.range.max);
    case Kind::string:
      type_name(m, "string", extra.nullable);
      describe_member(m, extra);
      return string_limits(m, limits);
    case Kind::enumeration:
      type_name(m, "string", extra.nullable);
      describe_member(m, extra);
      return enum_values(m, type, extra.nullable && use_ != SchemaUse::form);
    default:  // Json: any value
      return describe_member(m, extra);
  }
}

void SchemaWriter::list(Members& m, TypeInfo const& item, std::size_t fixed, Extra const& extra,
                        std::string const& place) {
  type_name(m, "array", extra.nullable);
  describe_member(m, extra);
  m.key("items");
  type(item, Extra{.limits = extra.limits, .items_limited = false}, place + "/items");
  bool const limited = extra.limits && extra.items_limited;
  Items const items = fixed > 0 ? Items{fixed, fixed} : limited ? extra.limits->items : Items{};
  if (items.min > 0) m.number("minItems", items.min);
  if (items.max != no_limit) m.number("maxItems", items.max);
}

void SchemaWriter::map(Members& m, TypeInfo const& type, Extra const& extra,
                       std::string const& place) {
  type_name(m, "object", extra.nullable);
  describe_member(m, extra);
  m.key("additionalProperties");
  this->type(type.item(), Extra{.limits = extra.limits, .items_limited = false},
             place + "/additionalProperties");
  if (!extra.limits || !extra.items_limited) return;
  Items const items = extra.limits->items;
  if (items.min > 0) m.number("minProperties", items.min);
  if (items.max != no_limit) m.number("maxProperties", items.max);
}

bool SchemaWriter::refers_back(Members& m, TypeInfo const& type, bool nullable) {
  for (Open const& open : open_) {
    if (open.type != &type) continue;
    if (!nullable) {
      m.text("$ref", open.place);
      return true;
    }
    std::string& out = m.key("anyOf");
    out += "[{\"$ref\":";
    json::append_string(out, open.place);
    out += "},{\"type\":\"null\"}]";
    return true;
  }
  return false;
}

void SchemaWriter::object(Members& m, TypeInfo const& type, std::string const& place) {
  open_.push_back({&type, place});
  Properties properties{*this, m, type, place};
  if (type.object->count > 0) type.object->with_default(&properties, &Properties::write);
  open_.pop_back();
  if (use_ != SchemaUse::form) m.key("additionalProperties") += "false";
}

void SchemaWriter::properties(Members& m, TypeInfo const& type, void const* defaults,
                              std::string const& place) {
  ObjectOps const& object = *type.object;
  m.key("properties");
  {
    Members list(out_);
    for (std::size_t i = 0; i < object.count; ++i) {
      FieldInfo const& field = object.fields[i];
      list.key(field.name);
      void const* value = field.address(const_cast<void*>(defaults));
      Extra const extra{.field = &field,
                        .limits = &field.limits,
                        .default_value = field.required ? nullptr : value};
      this->type(field.type(), extra, place + "/properties" + pointer_segment(field.name));
    }
  }
  bool first = true;
  for (std::size_t i = 0; i < object.count; ++i) {
    if (!object.fields[i].required) continue;
    if (first) m.key("required") += '[';
    if (!first) out_ += ',';
    json::append_string(out_, object.fields[i].name);
    first = false;
  }
  if (!first) out_ += ']';
}

void SchemaWriter::type(TypeInfo const& type, Extra const& extra, std::string const& place) {
  TypeInfo const& inner = type.kind == Kind::optional ? type.item() : type;
  Extra shown = extra;
  // A header repeats one primitive type; with null beside it clients refuse the tool.
  bool const mirrored = extra.field && !extra.field->header.empty();
  shown.nullable = type.kind == Kind::optional && !mirrored;
  Members m(out_);
  switch (inner.kind) {
    case Kind::list:
      list(m, inner.item(), inner.list->fixed, shown, place);
      break;
    case Kind::bools:
      list(m, inner.item(), 0, shown, place);
      break;
    case Kind::map:
      map(m, inner, shown, place);
      break;
    case Kind::object:
      if (refers_back(m, inner, shown.nullable)) {
        describe_member(m, shown);
        break;
      }
      type_name(m, "object", shown.nullable);
      describe_member(m, shown);
      object(m, inner, place);
      break;
    default:
      scalar(m, inner, shown);
  }
  member_tail(m, type, extra);
}

}  // namespace

std::string schema(TypeInfo const& type, SchemaUse use) {
  std::string out;
  if (use != SchemaUse::wrapped) {
    SchemaWriter(out, use).type(type, {}, "#");
    return out;
  }
  out += R"({"type":"object","properties":{"result":)";
  SchemaWriter(out, use).type(type, {}, "#/properties/result");
  out += R"(},"required":["result"],"additionalProperties":false})";
  return out;
}

}  // namespace rampart::detail
