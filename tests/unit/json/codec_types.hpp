// Described types that the codec tests share.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/document.hpp"
#include "rampart/codec.hpp"

namespace rampart::codec_test {

enum class Unit { celsius, fahrenheit };

struct Query {
  std::string city;
  int days = 3;
  Unit unit = Unit::celsius;
  static constexpr auto fields =
      rampart::fields(required<&Query::city>("City name, for example Oslo", Length{1, 100}),
                      optional<&Query::days>("How many days ahead", Range{1, 7}),
                      optional<&Query::unit>("Unit of the temperatures"));
};

struct Place {
  double lat = 0;
  double lon = 0;
  static constexpr auto fields =
      rampart::fields(required<&Place::lat>("Latitude", Range{-90, 90}),
                      required<&Place::lon>("Longitude", Range{-180, 180}));
};

struct Tree {
  std::string name;
  std::vector<Tree> children;
  static constexpr auto fields =
      rampart::fields(required<&Tree::name>("Name"), optional<&Tree::children>("Below this one"));
};

struct None {
  static constexpr auto fields = rampart::fields();
};

/// A struct around one member: the shortest way to test a type as a member.
template <class T>
struct One {
  T value{};
  static constexpr auto fields = rampart::fields(required<&One::value>(""));
};

/// Decodes JSON text.
template <class T>
Result<T> read(std::string_view text, Strings strings = Strings::strict) {
  auto document = json::Document::parse_copy(text);
  if (!document) return Failure(document.error());
  return decode<T>(document->root(), {}, strings);
}

/// The message of the error that decoding `text` must give.
template <class T>
std::string complaint(std::string_view text, Strings strings = Strings::strict) {
  auto value = read<T>(text, strings);
  if (value) return "(no error)";
  return value.error().code == Errc::invalid_params ? value.error().message : "(wrong code)";
}

}  // namespace rampart::codec_test
