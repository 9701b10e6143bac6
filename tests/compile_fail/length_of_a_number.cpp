// EXPECT: rampart: Length limits strings; write Range for a number, Items for a list
#include "rampart/codec.hpp"

struct Query {
  int days = 0;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Query::days>("Days", rampart::Length{1, 7}));
};
