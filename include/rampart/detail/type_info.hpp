// A C++ type as a table: what kind of JSON it is, and how to reach what it holds. One table per
// type is all that a template makes; everything else is ordinary code in src/json/codec_*.cpp.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include "rampart/detail/enum_names.hpp"
#include "rampart/detail/field_info.hpp"
#include "rampart/detail/member_count.hpp"
#include "rampart/detail/type_traits.hpp"
#include "rampart/fields.hpp"

namespace rampart::detail {

enum class Kind {
  boolean,
  integer,
  real,
  string,
  enumeration,
  optional,
  list,
  bools,
  map,
  object,
  any
};

/// Receives a value of the type that the table describes (or, for maps, one member of it).
using Visit = void (*)(void* context, std::string_view key, void const* value);

struct OptionalOps {
  void* (*emplace)(void*);
  void (*reset)(void*);
  void const* (*get)(void const*);  ///< nullptr when empty
};
struct ListOps {
  std::size_t fixed;     ///< std::array's size, else 0
  void* (*grow)(void*);  ///< appends a T{} (std::vector only)
  void (*clear)(void*);
  std::size_t (*size)(void const*);
  void* (*at)(void*, std::size_t);
};
struct MapOps {
  void* (*insert)(void*, std::string_view key);
  void (*clear)(void*);
  std::size_t (*size)(void const*);
  void (*each)(void const*, void* context, Visit);
};
struct ObjectOps {
  FieldInfo const* fields;
  std::size_t count;
  void (*with_default)(void* context, Visit);  ///< visits a T{}
};

struct TypeInfo {
  Kind kind;
  std::size_t width = 0;  ///< bytes of a number or enum
  bool is_signed = false;
  TypeInfo const& (*item)() = nullptr;
  OptionalOps const* optional = nullptr;
  ListOps const* list = nullptr;
  MapOps const* map = nullptr;
  ObjectOps const* object = nullptr;
  EnumName const* names = nullptr;
  std::size_t name_count = 0;
};

template <class T>
struct OptionalAccess {
  static void* emplace(void* p) { return &static_cast<T*>(p)->emplace(); }
  static void reset(void* p) { static_cast<T*>(p)->reset(); }
  static void const* get(void const* p) {
    T const& value = *static_cast<T const*>(p);
    return value ? &*value : nullptr;
  }
  static constexpr OptionalOps ops{emplace, reset, get};
};

template <class T>
struct VectorAccess {
  static void* grow(void* p) { return &static_cast<T*>(p)->emplace_back(); }
  static void clear(void* p) { static_cast<T*>(p)->clear(); }
  static std::size_t size(void const* p) { return static_cast<T const*>(p)->size(); }
  static void* at(void* p, std::size_t i) { return &(*static_cast<T*>(p))[i]; }
  static constexpr ListOps ops{0, grow, clear, size, at};
};

template <class T>
struct ArrayAccess {
  static std::size_t size(void const*) { return std::tuple_size_v<T>; }
  static void* at(void* p, std::size_t i) { return &(*static_cast<T*>(p))[i]; }
  static constexpr ListOps ops{std::tuple_size_v<T>, nullptr, nullptr, size, at};
};

template <class T>
struct MapAccess {
  static void* insert(void* p, std::string_view key) {
    return &(*static_cast<T*>(p))[std::string(key)];
  }
  static void clear(void* p) { static_cast<T*>(p)->clear(); }
  static std::size_t size(void const* p) { return static_cast<T const*>(p)->size(); }
  static void each(void const* p, void* context, Visit visit) {
    for (auto const& [key, value] : *static_cast<T const*>(p)) visit(context, key, &value);
  }
  static constexpr MapOps ops{insert, clear, size, each};
};

template <class T>
struct ObjectAccess {
  static void with_default(void* context, Visit visit) {
    T const value{};
    visit(context, {}, &value);
  }
  static constexpr ObjectOps ops{T::fields.items.data(), T::fields.items.size(), with_default};
};

template <class E>
struct EnumAccess {
  static constexpr auto names = names_of<E>();
};

template <class T>
constexpr TypeInfo describe_object() {
  static_assert(
      Described<T>,
      "rampart: this type has no JSON form; give the struct a public `static constexpr auto "
      "fields = rampart::fields(...)` that names every member");
  if constexpr (Described<T>) {
    static_assert(lists_members_of<T, std::remove_cvref_t<decltype(T::fields)>>,
                  "rampart: fields() names members of another struct");
    static_assert(!has_unlisted_member<T, T::fields.items.size()>(),
                  "rampart: fields() leaves out a member of the struct");
    static_assert(std::is_default_constructible_v<T>,
                  "rampart: a described struct needs a default constructor");
    return {.kind = Kind::object, .object = &ObjectAccess<T>::ops};
  } else {
    return {.kind = Kind::any};
  }
}

template <class T>
constexpr TypeInfo describe() {
  using Item = typename Holds<T>::Item;
  if constexpr (std::same_as<T, bool>) {
    return {.kind = Kind::boolean};
  } else if constexpr (Integer<T>) {
    return {.kind = Kind::integer, .width = sizeof(T), .is_signed = std::is_signed_v<T>};
  } else if constexpr (Real<T>) {
    return {.kind = Kind::real, .width = sizeof(T)};
  } else if constexpr (std::same_as<T, std::string>) {
    return {.kind = Kind::string};
  } else if constexpr (std::same_as<T, Json>) {
    return {.kind = Kind::any};
  } else if constexpr (std::is_enum_v<T>) {
    return {.kind = Kind::enumeration,
            .width = sizeof(T),
            .is_signed = std::is_signed_v<std::underlying_type_t<T>>,
            .names = EnumAccess<T>::names.data(),
            .name_count = EnumAccess<T>::names.size()};
  } else if constexpr (Holds<T>::optional) {
    static_assert(!Holds<Item>::optional, "rampart: an optional of an optional has no JSON form");
    return {.kind = Kind::optional, .item = type_of<Item>, .optional = &OptionalAccess<T>::ops};
  } else if constexpr (std::same_as<T, std::vector<bool>>) {
    return {.kind = Kind::bools, .item = type_of<bool>};
  } else if constexpr (Holds<T>::list) {
    return {.kind = Kind::list, .item = type_of<Item>, .list = &VectorAccess<T>::ops};
  } else if constexpr (Holds<T>::fixed) {
    static_assert(std::tuple_size_v<T> > 0, "rampart: an empty std::array has no JSON form");
    return {.kind = Kind::list, .item = type_of<Item>, .list = &ArrayAccess<T>::ops};
  } else if constexpr (Holds<T>::map) {
    return {.kind = Kind::map, .item = type_of<Item>, .map = &MapAccess<T>::ops};
  } else {
    return describe_object<T>();
  }
}

template <class T>
TypeInfo const& type_of() {
  static constexpr TypeInfo info = describe<T>();
  return info;
}

}  // namespace rampart::detail
