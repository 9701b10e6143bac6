// Control: the same kind of struct as in the other files, described as it should be.
#include "rampart/codec.hpp"

enum class Unit { celsius, fahrenheit };

struct Query {
  std::string city;
  int days = 3;
  Unit unit = Unit::celsius;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Query::city>("City", rampart::Length{1, 100}),
                      rampart::optional<&Query::days>("Days", rampart::Range{1, 7}),
                      rampart::optional<&Query::unit>("Unit", rampart::Header{"Unit"}));
};

std::string text() { return rampart::schema_of<Query>() + rampart::form_schema_of<Query>(); }
