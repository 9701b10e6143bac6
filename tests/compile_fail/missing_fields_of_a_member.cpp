// EXPECT: give the struct a public `static constexpr auto fields = rampart::fields(...)`
#include "rampart/codec.hpp"

struct Place {
  double lat = 0;
};
struct Query {
  std::vector<Place> places;
  static constexpr auto fields = rampart::fields(rampart::required<&Query::places>("Places"));
};

std::string text() { return rampart::schema_of<Query>(); }
