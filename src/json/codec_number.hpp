// Integers and enums of any width behind a void pointer, and the text of limits.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rampart/codec.hpp"

namespace rampart::detail {

/// The bits of an integer or enum, sign-extended if its type is signed.
std::uint64_t load_bits(TypeInfo const& type, void const* from);
/// Keeps the low bytes that the type has room for.
void store_bits(TypeInfo const& type, void* to, std::uint64_t bits);

/// What the type can hold; exact, for a long double has 64 bits of mantissa.
long double smallest(TypeInfo const& type);
long double largest(TypeInfo const& type);

/// Appends a limit as JSON: an integer without a fraction.
void append_bound(std::string& out, long double value);

/// float prints as its own shortest form: 0.1f is 0.1, not 0.10000000149011612.
void append_real(std::string& out, TypeInfo const& type, void const* value);

/// nullptr when the value has no name.
EnumName const* find_name(TypeInfo const& type, std::int64_t value);
EnumName const* find_name(TypeInfo const& type, std::string_view name);

}  // namespace rampart::detail
