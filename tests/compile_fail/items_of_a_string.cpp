// EXPECT: rampart: Items limits a std::vector or std::map
#include "rampart/codec.hpp"

struct Query {
  std::string city;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Query::city>("City", rampart::Items{1, 7}));
};
