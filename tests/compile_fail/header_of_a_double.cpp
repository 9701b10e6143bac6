// EXPECT: rampart: Header is for strings, enums, integers and booleans
#include "rampart/codec.hpp"

struct Query {
  double price = 0;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Query::price>("Price", rampart::Header{"Price"}));
};
