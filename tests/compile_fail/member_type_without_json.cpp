// EXPECT: rampart: this type has no JSON form
#include "rampart/codec.hpp"

struct Query {
  char const* city = nullptr;
  static constexpr auto fields = rampart::fields(rampart::required<&Query::city>("City"));
};

std::string text() { return rampart::schema_of<Query>(); }
