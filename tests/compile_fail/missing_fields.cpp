// EXPECT: give the struct a public `static constexpr auto fields = rampart::fields(...)`
#include "rampart/codec.hpp"

struct Query {
  std::string city;
};

std::string text() { return rampart::schema_of<Query>(); }
