// EXPECT: rampart: fields() leaves out a member of the struct
#include "rampart/codec.hpp"

struct Query {
  std::string city;
  std::optional<int> days;
  static constexpr auto fields = rampart::fields(rampart::required<&Query::city>("City"));
};

std::string text() { return rampart::schema_of<Query>(); }
