// EXPECT: rampart_the_lower_limit_is_above_the_upper_one
#include "rampart/codec.hpp"

struct Query {
  int days = 0;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Query::days>("Days", rampart::Range{7, 1}));
};
