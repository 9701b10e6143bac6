// EXPECT: rampart: fields() leaves out a member of the struct
#include "rampart/codec.hpp"

struct Query {
  std::string city;
  static constexpr auto fields = rampart::fields();
};

std::string text() { return rampart::schema_of<Query>(); }
