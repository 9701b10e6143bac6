// EXPECT: rampart: Range limits numbers; write Length for a string, Items for a list
#include "rampart/codec.hpp"

struct Query {
  std::string city;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Query::city>("City", rampart::Range{1, 7}));
};
